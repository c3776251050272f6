import { isDimmed, mainActions } from '../../../stage/actions.ts'
import { items, type MenuContext } from '../../../stage/menus.ts'
import type { MenuEntry } from '../../../ui/menu.tsx'
import type { Point } from '../../../viz/geometry.ts'
import type { FlowView, PartView } from '../contract.ts'
import { doLine, numberIn, type Setting, withNumber } from './edits.ts'
import { viewOf } from './hooks.ts'
import { addPart, removePart } from './structure.ts'

/** What can be done in this lab, as menus: the same acts as by hand and at the terminal. */

/** A small form: one line of an act, with its number in a field. */
export interface SettingForm {
  readonly name: string
  readonly setting: Setting
}

export interface FlowContext extends MenuContext {
  openForm(form: SettingForm, anchor: Element | Point): void
}

const verbOf = (line: string): string => line.split(' ', 1)[0]!

/** An act as its line. */
function lineEntry(
  { session, allow }: MenuContext,
  label: string,
  line: string,
  refused: string | null = null,
): MenuEntry {
  return {
    kind: 'item',
    label,
    hint: line,
    refused,
    dimmed: isDimmed(verbOf(line), allow),
    onSelect: () => void doLine(session, line),
  }
}

const viewIn = ({ session }: MenuContext): FlowView | null => (session.slow === null ? null : viewOf(session.slow))

export function partMenu(context: FlowContext, part: PartView, anchor: Element | Point): readonly MenuEntry[] {
  const view = viewIn(context)
  const settings = view?.selected?.name === part.name ? view.settings : []
  const { session } = context
  return [
    { kind: 'heading', label: `${part.name}: ${part.text}` },
    ...items(context, mainActions(part.name, part.status, [])),
    { kind: 'separator' },
    ...(part.kind === 'receiver' ? [] : [connectMenu(context, part, view)]),
    ...disconnectMenu(context, part, view),
    ...serverEntries(context, settings),
    ...settingsMenu(context, part, settings, anchor),
    { kind: 'separator' },
    {
      kind: 'item',
      label: 'Remove from the pipeline',
      hint: 'set stages …',
      danger: true,
      onSelect: () => void removePart(session, part.name),
    },
  ]
}

/** Parts of the same copy to which there is no pipe yet. */
function connectMenu(context: MenuContext, part: PartView, view: FlowView | null): MenuEntry {
  const known = new Set(view?.pipes.filter(({ from }) => from === part.name).map(({ to }) => to))
  const others = (view?.parts ?? []).filter(
    ({ name, variant, kind }) =>
      name !== part.name && variant === part.variant && !known.has(name) && (kind === 'stage' || kind === 'receiver'),
  )
  if (others.length === 0)
    return {
      kind: 'item',
      label: 'Connect to…',
      refused: 'there is no other part that it could send to',
      onSelect: () => undefined,
    }
  return {
    kind: 'submenu',
    label: 'Connect to',
    entries: others.map(({ name }) => lineEntry(context, name, `connect ${part.name} ${name}`)),
  }
}

function disconnectMenu(context: MenuContext, part: PartView, view: FlowView | null): readonly MenuEntry[] {
  const outputs = view?.pipes.filter(({ from }) => from === part.name) ?? []
  if (outputs.length === 0) return []
  return [
    {
      kind: 'submenu',
      label: 'Disconnect from',
      entries: outputs.map(({ to }) => lineEntry(context, to, `disconnect ${part.name} ${to}`)),
    },
  ]
}

function serversIn(settings: readonly Setting[]) {
  const servers = settings.find(({ verb }) => verb === 'servers')
  return servers === undefined ? null : numberIn(servers)
}

/** One server more, one fewer. */
export function serverLines(
  settings: readonly Setting[],
): readonly { readonly label: string; readonly line: string; readonly refused: string | null }[] {
  const number = serversIn(settings)
  if (number === null) return []
  return [
    { label: 'One server more', line: withNumber(number, number.value + 1), refused: null },
    {
      label: 'One server fewer',
      line: withNumber(number, Math.max(1, number.value - 1)),
      refused: number.value <= 1 ? 'it has only one' : null,
    },
  ]
}

const serverEntries = (context: MenuContext, settings: readonly Setting[]): readonly MenuEntry[] =>
  serverLines(settings).map(({ label, line, refused }) => lineEntry(context, label, line, refused))

/** Everything that can be set, each with its field. */
function settingsMenu(
  context: FlowContext,
  part: PartView,
  settings: readonly Setting[],
  anchor: Element | Point,
): readonly MenuEntry[] {
  if (settings.length === 0) return []
  return [
    {
      kind: 'submenu',
      label: 'Set',
      entries: settings.map((setting) => ({
        kind: 'item',
        label: `${setting.verb}…`,
        hint: setting.line,
        dimmed: isDimmed(setting.verb, context.allow),
        onSelect: () => context.openForm({ name: part.name, setting }, anchor),
      })),
    },
  ]
}

/** A pipe: it can be taken away; what a link can suffer follows. */
export function pipeMenu(context: MenuContext, from: string, to: string): readonly MenuEntry[] {
  return [
    { kind: 'heading', label: `Pipe ${from} → ${to}` },
    lineEntry(context, 'Disconnect', `disconnect ${from} ${to}`),
    { kind: 'separator' },
  ]
}

/** Where nothing stands. */
export function stageMenu({ session, allow }: FlowContext): readonly MenuEntry[] {
  return (['stage', 'source'] as const).map((kind) => ({
    kind: 'item',
    label: `Add a ${kind}`,
    hint: `set ${kind}s …`,
    dimmed: isDimmed('set', allow),
    onSelect: () => void addPart(session, kind),
  }))
}
