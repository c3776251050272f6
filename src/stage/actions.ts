import { nodeId } from '../base/brand.ts'
import { formatDuration, formatPermille } from '../base/units.ts'
import type { Act } from '../experiment/types.ts'

/** What a person can do to a thing on the stage: one catalogue for menus, the action bar, the panel and the parallel DOM. */
export interface Action {
  readonly label: string
  /** The line that the terminal echoes: `kill n1`. */
  readonly verb: string
  readonly act: Act
  /** The key that does it while the stage has the focus. */
  readonly key: string | null
  readonly danger: boolean
  /** Why it is impossible now; null when it is not. */
  readonly refused: string | null
}

/** Actions under one heading; an empty title stands at the top level of a menu. */
export interface ActionGroup {
  readonly title: string
  readonly actions: readonly Action[]
}

export type NodeStatus = 'up' | 'paused' | 'down'

type Extra = { readonly key?: string; readonly danger?: boolean; readonly refused?: string | null }

/** An entry of the catalogue. */
export function action(label: string, verb: string, act: Act, extra: Extra = {}): Action {
  return { label, verb, act, key: extra.key ?? null, danger: extra.danger ?? false, refused: extra.refused ?? null }
}

/** An act whose only argument is a node. */
export const onNode = (id: string, node: string): Act => ({ id, args: { node: nodeId(node) } })

/** Kill or restart, pause or resume, isolate, and the lab's own: what the action bar shows. */
export function mainActions(node: string, status: NodeStatus, own: readonly ActionGroup[]): readonly Action[] {
  const stopped = status === 'up' ? null : `${node} is ${status}`
  return [
    status === 'down'
      ? action('Restart', `restart ${node}`, onNode('restart', node), { key: 'k' })
      : action('Kill', `kill ${node}`, onNode('kill', node), { key: 'k', danger: true }),
    status === 'paused'
      ? action('Resume', `resume ${node}`, onNode('resume', node), { key: 'z' })
      : action('Pause', `pause ${node}`, onNode('pause', node), { key: 'z', refused: stopped }),
    isolate(node),
    ...own.flatMap(({ title, actions }) => (title === '' ? actions : [])),
  ]
}

export interface DiskState {
  readonly stalled: boolean
  readonly onCrash: 'keep' | 'torn' | 'lost'
}

const MS = 1_000

function isolateActions(actor: string): readonly Action[] {
  const oneWay = (way: 'in' | 'out', label: string) =>
    action(label, `isolate ${actor} ${way}`, { id: 'isolate', args: { actor: nodeId(actor), way } })
  return [oneWay('in', 'Hears nobody'), oneWay('out', 'Is heard by nobody')]
}

function diskActions(node: string, disk: DiskState): readonly Action[] {
  const set = (label: string, text: string, args: Act['args'], refused: string | null = null) =>
    action(label, `disk ${node} ${text}`, { id: 'disk', args: { node: nodeId(node), ...args } }, { refused })
  const latency = (label: string, low: number, high: number) =>
    set(label, `latency ${formatDuration(low)}..${formatDuration(high)}`, { latency: { low, high } })
  const crash = (label: string, onCrash: DiskState['onCrash']) =>
    set(label, `on-crash ${onCrash}`, { 'on-crash': onCrash }, disk.onCrash === onCrash ? 'it is so already' : null)
  return [
    latency('Fast: 1–3 ms', MS, 3 * MS),
    latency('Slow: 20–60 ms', 20 * MS, 60 * MS),
    latency('Very slow: 100–300 ms', 100 * MS, 300 * MS),
    disk.stalled ? set('Go on', 'resume', { resume: true }) : set('Stall', 'stall', { stall: true }),
    crash('A crash loses the write under way', 'keep'),
    crash('A crash tears the write under way', 'torn'),
    crash('A crash loses the last write', 'lost'),
  ]
}

function clockActions(node: string): readonly Action[] {
  const set = (label: string, text: string, args: Act['args']) =>
    action(label, `clock ${node} ${text}`, { id: 'clock', args: { node: nodeId(node), ...args } })
  return [
    set('Jump 100 ms ahead', 'ahead 100ms', { ahead: 100 * MS }),
    set('Jump 100 ms back', 'behind 100ms', { behind: 100 * MS }),
    set('Run 5 % fast', 'fast 50000', { fast: 50_000 }),
    set('Run 5 % slow', 'slow 50000', { slow: 50_000 }),
    set('Run true', 'fast 0', { fast: 0 }),
  ]
}

/** Everything a node can suffer. */
export function nodeActions(
  node: string,
  status: NodeStatus,
  disk: DiskState,
  own: readonly ActionGroup[],
): readonly ActionGroup[] {
  return [
    { title: '', actions: mainActions(node, status, own) },
    ...own.filter(({ title }) => title !== ''),
    { title: 'Isolate one way', actions: isolateActions(node) },
    { title: 'Disk', actions: diskActions(node, disk) },
    { title: 'Clock', actions: clockActions(node) },
  ]
}

/** One direction of a link, or both. */
export function linkActions(from: string, to: string, both: boolean): readonly Action[] {
  const text = both ? `${from}<>${to}` : `${from}>${to}`
  const direction = { from: nodeId(from), to: nodeId(to), both }
  const set = (label: string, words: string, args: Act['args'], danger = false) =>
    action(label, `link ${text} ${words}`, { id: 'link', args: { direction, ...args } }, { danger })
  const delay = (low: number, high: number) =>
    set(`Delay ${low / MS}–${high / MS} ms`, `delay ${formatDuration(low)}..${formatDuration(high)}`, {
      delay: { low, high },
    })
  const loss = (permille: number) =>
    set(`Lose ${formatPermille(permille)}`, `loss ${formatPermille(permille)}`, { loss: permille })
  return [
    set('Cut', 'cut', { cut: true }, true),
    set('Clog', 'clog', { clog: true }),
    set('Open', 'open', { open: true }),
    loss(100),
    loss(300),
    loss(600),
    delay(50 * MS, 100 * MS),
    delay(200 * MS, 400 * MS),
    set('Duplicate 20%', 'duplicate 20%', { duplicate: 200 }),
    set('Reorder 30%', 'reorder 30%', { reorder: 300 }),
    set('Back to normal', 'reset', { reset: true }),
  ]
}

/** A message in flight. */
export function messageActions(id: number): readonly Action[] {
  const delay = (us: number) =>
    action(`Delay ${formatDuration(us).replace('ms', ' ms')}`, `delay m${id} ${formatDuration(us)}`, {
      id: 'delay',
      args: { message: id, duration: us },
    })
  return [
    action('Drop', `drop m${id}`, { id: 'drop', args: { message: id } }, { danger: true }),
    delay(20 * MS),
    delay(100 * MS),
    delay(500 * MS),
    action('Duplicate', `duplicate m${id}`, { id: 'duplicate', args: { message: id } }),
  ]
}

export const heal: Action = action('Heal', 'heal', { id: 'heal', args: {} }, { key: 'h' })

/** `partition n1 n2 | n3 n4 n5`. */
export function partition(groups: readonly (readonly string[])[]): Action {
  const text = groups.map((group) => group.join(' ')).join(' | ')
  return action('Partition', `partition ${text}`, { id: 'partition', args: { groups } }, { danger: true })
}

export const isolate = (actor: string): Action =>
  action('Isolate', `isolate ${actor}`, { id: 'isolate', args: { actor: nodeId(actor) } }, { key: 'i' })

/** Whether a lesson's step dims an act. */
export function isDimmed(id: string, allow: readonly string[] | null): boolean {
  return allow !== null && !allow.includes(id)
}
