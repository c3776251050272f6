import { Dialog as Base } from '@base-ui/react/dialog'
import { Command } from 'cmdk'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { VocabularyRow } from '../../engine/api.ts'
import { notify } from '../../ui/notify.ts'
import { THEME_TITLES, THEMES } from '../../ui/theme.ts'
import { type Lab, PANEL_TITLES, PANELS, typeIntoTerminal, useLab } from '../lab/context.ts'
import { requestScreen } from '../lab/requests.ts'
import { prefer } from '../preferences.ts'
import { fixedPart, score } from './match.ts'
import './palette.css'

interface Entry {
  readonly id: string
  readonly label: string
  readonly help: string
  readonly run: () => void
}

/** Finds and does anything: acts, movers, scenarios, lessons, themes, panels. */
export function Palette() {
  const lab = useLab()
  return (
    <Base.Root open onOpenChange={(open) => !open && lab.show(null)}>
      <Base.Portal>
        <Base.Backdrop className="b-backdrop" />
        <Base.Popup className="b-dialog palette" aria-label="Commands">
          <Commands lab={lab} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Commands({ lab }: { readonly lab: Lab }) {
  const vocabulary = useVocabulary(lab)
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  useActiveRow(input, list)
  const groups: readonly (readonly [string, readonly Entry[]])[] = [
    ['Acts', verbs(lab, vocabulary, 'act')],
    ['Time and view', verbs(lab, vocabulary, 'mover')],
    ['Scenarios', scenarios(lab)],
    ['Lessons', lessons(lab)],
    ['Workbench', workbench(lab)],
  ]
  return (
    <Command label="Commands" loop filter={score}>
      <Command.Input ref={input} className="palette-input" placeholder="An act, a scenario, a lesson…" autoFocus />
      <Command.List ref={list} className="palette-list">
        <Command.Empty className="palette-empty">Nothing of that name.</Command.Empty>
        {groups.map(([title, entries]) => (
          <Command.Group key={title} heading={title}>
            {entries.map((entry) => (
              <Command.Item
                key={entry.id}
                className="palette-item"
                value={`${entry.id} ${entry.label} ${entry.help}`}
                onSelect={() => {
                  lab.show(null)
                  entry.run()
                }}
              >
                <span className="palette-label">{entry.label}</span>
                <span className="palette-help">{entry.help}</span>
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  )
}

/** Tells the input and the list which row is active: cmdk names a row that is gone when a search rebuilt the list. */
function useActiveRow(input: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const parts = [input.current, list.current].filter((part) => part !== null)
    const observer = new MutationObserver(() => {
      const row = list.current?.querySelector('[cmdk-item][aria-selected="true"]')?.id ?? null
      for (const part of parts) {
        if (part.getAttribute('aria-activedescendant') === row) continue
        if (row === null) part.removeAttribute('aria-activedescendant')
        else part.setAttribute('aria-activedescendant', row)
      }
    })
    const attributeFilter = ['aria-selected', 'aria-activedescendant']
    for (const part of parts) observer.observe(part, { subtree: true, childList: true, attributeFilter })
    return () => observer.disconnect()
  }, [input, list])
}

function useVocabulary(lab: Lab): readonly VocabularyRow[] {
  const [rows, setRows] = useState<readonly VocabularyRow[]>([])
  const { session } = lab
  useEffect(() => {
    session.api.vocabulary().then(setRows, () => undefined)
  }, [session])
  return rows
}

/** A verb that needs nothing more runs at once; one with arguments goes to the terminal, which completes it. */
function verbs(lab: Lab, rows: readonly VocabularyRow[], kind: VocabularyRow['kind']): readonly Entry[] {
  return rows
    .filter((row) => row.kind === kind)
    .map((row) => {
      const { fixed, complete } = fixedPart(row.usage)
      return {
        id: `${kind} ${row.id}`,
        label: row.usage,
        help: row.help,
        run: () => (complete ? void runVerb(lab, row, fixed) : typeIntoTerminal(lab, `${fixed} `)),
      }
    })
}

async function runVerb(lab: Lab, row: VocabularyRow, line: string): Promise<void> {
  // Acts go through the session, which echoes them or says why they are refused.
  if (row.kind === 'act') return void (await lab.session.act({ id: row.id, args: {} }))
  const reply = await lab.session.api.line(line)
  switch (reply.kind) {
    case 'error':
      return notify({ kind: 'refused', title: reply.message })
    case 'screen':
      return requestScreen(reply.mover, reply.args)
    case 'said':
      // A whole list is for the terminal; there the person has only to press Enter.
      if (reply.lines.length > 2) typeIntoTerminal(lab, line)
      else if (reply.lines.length > 0) notify({ kind: 'info', title: reply.lines.join(' ') })
  }
}

function scenarios(lab: Lab): readonly Entry[] {
  return lab.content.scenarios.map((scenario) => ({
    id: `scenario ${scenario.id}`,
    label: scenario.title,
    help: scenario.blurb,
    run: () => void lab.host.openScenario(scenario.id),
  }))
}

function lessons(lab: Lab): readonly Entry[] {
  return lab.content.lessons.map((lesson) => ({
    id: `lesson ${lesson.id}`,
    label: lesson.title,
    help: lesson.blurb,
    run: () => void lab.host.startLesson(lesson.id, 0),
  }))
}

function workbench(lab: Lab): readonly Entry[] {
  return [
    ...THEMES.map((theme) => ({
      id: `theme ${theme}`,
      label: `${THEME_TITLES[theme]} theme`,
      help: '',
      run: () => prefer({ theme }),
    })),
    ...PANELS.map((panel) => ({
      id: `panel ${panel}`,
      label: `Show or hide the ${PANEL_TITLES[panel].toLowerCase()}`,
      help: '',
      run: () => lab.toggle(panel),
    })),
    { id: 'present', label: 'Present', help: 'A large stage, nothing else', run: () => lab.present(true) },
    { id: 'share', label: 'Share', help: 'Link, file, picture, data', run: () => lab.show('share') },
    { id: 'undo', label: 'Take the last act back', help: '', run: () => void lab.host.undo() },
    { id: 'redo', label: 'Bring it again', help: '', run: () => void lab.host.redo() },
    { id: 'settings', label: 'Settings', help: 'Keys, motion, screen reader', run: () => lab.show('settings') },
    { id: 'help', label: 'Keys and help', help: '', run: () => lab.show('help') },
  ]
}
