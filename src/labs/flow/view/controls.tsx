import { List, Plus } from 'lucide-react'
import type { LabSession } from '../../../engine/client/session.ts'
import { ActionButton, NodeBar } from '../../../stage/action-bar.tsx'
import { type Action, heal, isDimmed, mainActions } from '../../../stage/actions.ts'
import type { BarProps } from '../../../stage/kit.ts'
import { runAction } from '../../../stage/menus.ts'
import { nextMessage } from '../../../stage/picture-loop.ts'
import { isSevered } from '../../../stage/pointing.ts'
import { Button } from '../../../ui/button.tsx'
import { type Hotkey, useHotkeys } from '../../../ui/hotkeys.ts'
import { announce } from '../../../ui/live-region.tsx'
import { Menu, MenuAt } from '../../../ui/menu.tsx'
import { useSession } from '../../../ui/use-session.ts'
import { describeWorld } from './describe.ts'
import { doLine, type Setting } from './edits.ts'
import { partIn, useNames, usePart, useSelected, viewOf } from './hooks.ts'
import { Key } from './key.tsx'
import { serverLines, stageMenu } from './menus.ts'
import { Outline } from './outline.tsx'
import type { Pointing } from './pointing.ts'
import { titleOf } from './titles.ts'

/** The line below the picture: acts on what is selected, or the key; the tools, the list, and the menus. */
export function Controls({ session, allow, pointing }: BarProps & { readonly pointing: Pointing }) {
  const part = usePart(session, useSelected(session))
  const names = useNames(session)
  const severed = useSession(session, isSevered)
  const { listOpen, setListOpen } = pointing
  useStageHotkeys(session)
  return (
    <>
      <div className="rs-controls">
        {part === null ? (
          <Key />
        ) : (
          <NodeBar
            session={session}
            allow={allow}
            name={part.name}
            text={part.text}
            actions={mainActions(part.name, part.status, [])}
            onMore={(anchor) => pointing.openPartMenu(names.indexOf(part.name), anchor)}
          />
        )}
        <div className="rs-tools">
          {severed && <ActionButton session={session} allow={allow} action={heal} withKey />}
          {part?.kind === 'stage' && <Servers session={session} allow={allow} />}
          <Menu
            align="end"
            trigger={
              <Button size="small" look="ghost" aria-label="Add a part" title="Add a stage or a source">
                <Plus size={14} aria-hidden />
              </Button>
            }
            entries={stageMenu(pointing.context)}
          />
          <Button
            size="small"
            look="ghost"
            aria-expanded={listOpen}
            aria-label="Parts as a list"
            title="Parts as a list"
            onClick={() => setListOpen(!listOpen)}
          >
            <List size={14} aria-hidden />
          </Button>
        </div>
      </div>
      <Outline session={session} allow={allow} open={listOpen} idPrefix={pointing.descriptionId} />
      <MenuAt
        anchor={pointing.menu?.anchor ?? null}
        label={pointing.menu?.label ?? ''}
        entries={pointing.menu?.entries ?? []}
        onClose={pointing.closeMenu}
      />
    </>
  )
}

const NO_SETTINGS: readonly Setting[] = []

/** Servers of the selected stage, one more or one fewer. */
function Servers({ session, allow }: BarProps) {
  const settings = useSession(session, ({ slow }) => (slow === null ? NO_SETTINGS : viewOf(slow).settings))
  return serverLines(settings)
    .toReversed()
    .map(({ label, line, refused }) => (
      <Button
        key={label}
        size="small"
        dimmed={isDimmed('servers', allow)}
        aria-label={label}
        aria-disabled={refused !== null}
        title={refused ?? line}
        onClick={() => refused === null && void doLine(session, line)}
      >
        {label.endsWith('more') ? '+1' : '−1'}
      </Button>
    ))
}

/** The single keys of the stage; they act on the selected part. */
function useStageHotkeys(session: LabSession): void {
  const onSelected = (key: string) => () => {
    const { slow, selection } = session
    const part = slow === null || selection?.kind !== 'actor' ? null : partIn(slow, selection.name)
    if (part === null) return announce('Select a part first')
    const action: Action | undefined = mainActions(part.name, part.status, []).find((each) => each.key === key)
    if (action !== undefined) return action.refused === null ? runAction(session, action) : announce(action.refused)
  }
  const group = 'Selected part'
  const table: readonly Hotkey[] = [
    { id: 'stage-kill', keys: ['k'], label: 'Kill, or restart when it is down', group, run: onSelected('k') },
    { id: 'stage-pause', keys: ['z'], label: 'Pause, or resume', group, run: onSelected('z') },
    { id: 'stage-isolate', keys: ['i'], label: 'Isolate', group, run: onSelected('i') },
    {
      id: 'stage-next-message',
      keys: ['m'],
      label: 'Select the next message in flight',
      group: 'Stage',
      run: () => void selectNextMessage(session),
    },
    { id: 'stage-heal', keys: ['h'], label: 'Heal the network', group: 'Stage', run: () => runAction(session, heal) },
    {
      id: 'stage-describe',
      keys: ['d'],
      label: 'Describe the picture now',
      group: 'Stage',
      run: () => {
        if (session.slow !== null) announce(describeWorld(session.slow))
      },
    },
  ]
  useHotkeys(table)
}

/** Messages fly past; from the keyboard they are picked one after the other, in the order of their numbers. */
async function selectNextMessage(session: LabSession): Promise<void> {
  const present = session.selection?.kind === 'message' ? session.selection.id : -1
  const id = session.frame === null ? null : nextMessage(session.frame, present)
  if (id === null) return announce('No message is in flight')
  await session.select({ kind: 'message', id })
  const view = await session.api.message({ id })
  if (view !== null) announce(`${titleOf(view.kind)} from ${view.from} to ${view.to}`)
}
