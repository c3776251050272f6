import type { LabSession } from '../engine/client/session.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { type Action, type ActionGroup, heal, isDimmed, linkActions, messageActions } from './actions.ts'

import type { NodeFacts } from './kit.ts'

/** The catalogue of actions as menus. */

/** With more nodes than this, the menu of a node does not list its links one by one. */
const LINK_MENUS_MAX = 12

export interface MenuContext {
  readonly session: LabSession
  readonly allow: readonly string[] | null
}

export function runAction(session: LabSession, action: Action): void {
  if (action.refused === null) void session.act(action.act)
}

function item(context: MenuContext, action: Action): MenuEntry {
  return {
    kind: 'item',
    label: action.label,
    hint: action.key === null ? action.verb : `${action.verb} · ${action.key.toUpperCase()}`,
    refused: action.refused,
    danger: action.danger,
    dimmed: isDimmed(action.act.id, context.allow),
    onSelect: () => runAction(context.session, action),
  }
}

/** Acts as entries of a menu. */
export const items = (context: MenuContext, actions: readonly Action[]): readonly MenuEntry[] =>
  actions.map((action) => item(context, action))

function grouped(context: MenuContext, groups: readonly ActionGroup[]): readonly MenuEntry[] {
  return groups.flatMap(({ title, actions }): readonly MenuEntry[] =>
    title === ''
      ? [...items(context, actions), { kind: 'separator' }]
      : [{ kind: 'submenu', label: title, entries: items(context, actions) }],
  )
}

export function nodeMenu(
  context: MenuContext,
  node: NodeFacts,
  groups: readonly ActionGroup[],
  others: readonly string[],
): readonly MenuEntry[] {
  const links: readonly MenuEntry[] =
    others.length > LINK_MENUS_MAX
      ? []
      : [
          {
            kind: 'submenu',
            label: 'Links',
            entries: others.map((other) => ({
              kind: 'submenu',
              label: `${node.name} – ${other}`,
              entries: linkEntries(context, node.name, other),
            })),
          },
        ]
  return [{ kind: 'heading', label: `${node.name}: ${node.text}` }, ...grouped(context, groups), ...links]
}

/** The menu of a pair: both ways first, then each way for itself. */
export function linkMenu(context: MenuContext, a: string, b: string): readonly MenuEntry[] {
  return [{ kind: 'heading', label: `Link ${a} – ${b}` }, ...linkEntries(context, a, b)]
}

function linkEntries(context: MenuContext, a: string, b: string): readonly MenuEntry[] {
  const [cut, clog, open, ...rest] = linkActions(a, b, true)
  return [
    ...items(
      context,
      [cut, clog, open].filter((action) => action !== undefined),
    ),
    { kind: 'submenu', label: 'Both ways', entries: items(context, rest) },
    { kind: 'submenu', label: `${a} → ${b} only`, entries: items(context, linkActions(a, b, false)) },
    { kind: 'submenu', label: `${b} → ${a} only`, entries: items(context, linkActions(b, a, false)) },
  ]
}

export function messageMenu(context: MenuContext, id: number, title: string): readonly MenuEntry[] {
  return [
    { kind: 'heading', label: title },
    ...items(context, messageActions(id)),
    { kind: 'separator' },
    {
      kind: 'item',
      label: 'Inspect',
      hint: `show m${id}`,
      onSelect: () => {
        void context.session.select({ kind: 'message', id })
        window.dispatchEvent(new CustomEvent('ballast:inspect', { detail: { tab: 'message' } }))
      },
    },
  ]
}

export function clientMenu(
  context: MenuContext,
  client: string,
  actions: readonly Action[],
  form: { readonly label: string; readonly verb: string; readonly onSelect: () => void },
): readonly MenuEntry[] {
  return [
    { kind: 'heading', label: `Client ${client}` },
    { kind: 'item', label: form.label, hint: form.verb.replace('*', client), onSelect: form.onSelect },
    { kind: 'separator' },
    ...items(context, actions),
  ]
}

export function stageMenu(context: MenuContext, isSevered: boolean, onPartition: () => void): readonly MenuEntry[] {
  return [
    {
      kind: 'item',
      label: 'Partition into groups…',
      hint: 'partition … | …',
      dimmed: isDimmed('partition', context.allow),
      onSelect: onPartition,
    },
    item(context, { ...heal, refused: isSevered ? null : 'nothing is severed or clogged' }),
  ]
}
