import { nodeId } from '../../base/brand.ts'
import { formatDuration, formatPermille } from '../../base/units.ts'
import type { DiskView, LinkView } from '../../engine/api.ts'
import { commonActs } from '../../experiment/common.ts'
import { printForm } from '../../experiment/printer.ts'
import type { Act, ActorFacts, Direction } from '../../experiment/types.ts'

/** Which links are meant: `null` is everybody. */
export interface Ends {
  readonly from: string | null
  readonly to: string | null
}

export const EVERYBODY: Ends = { from: null, to: null }

/** The direction of the language. */
export function directionOf({ from, to }: Ends): Direction {
  return { from: from === null ? null : nodeId(from), to: to === null ? null : nodeId(to), both: false }
}

const SPECS = new Map(commonActs([]).map((spec) => [spec.id, spec]))

/** The line that the terminal would type for a common act. */
export function verbLine(act: Act): string {
  const spec = SPECS.get(act.id)
  return spec === undefined ? act.id : printForm(spec, act.args)
}

/** Why a node's life cannot be changed that way now, or null: the sentences of the language itself. */
export function refusedFor(actors: readonly ActorFacts[], act: Act): string | null {
  return SPECS.get(act.id)?.refuse({ actors }, act.args) ?? null
}

/** What is unusual about a link, in a few characters for a cell of the matrix; empty when nothing is. */
export function cellMark(link: LinkView | undefined): string {
  if (link === undefined || !link.changed) return ''
  if (link.severed) return '✕'
  if (link.clog) return '‖'
  return link.lossPermille > 0 ? formatPermille(link.lossPermille) : '≠'
}

/** The condition of a link in words: `cut`, `holds messages back, loses 30%, takes 5ms..20ms`. */
export function linkText(link: LinkView): string {
  const delay = link.delayUs
  const parts = [
    link.severed ? 'cut' : '',
    link.clog ? 'holds messages back' : '',
    link.lossPermille > 0 ? `loses ${formatPermille(link.lossPermille)}` : '',
    link.duplicatePermille > 0 ? `doubles ${formatPermille(link.duplicatePermille)}` : '',
    link.reorderPermille > 0 ? `holds ${formatPermille(link.reorderPermille)} back` : '',
    `takes ${rangeText(delay)}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function rangeText({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === high ? formatDuration(low) : `${formatDuration(low)}..${formatDuration(high)}`
}

export function diskText(disk: DiskView): string {
  const crash = {
    keep: 'loses the write under way',
    torn: 'tears the write under way',
    lost: 'loses the last finished write, too',
  }
  const stall = disk.stalled ? 'stalled, ' : ''
  return `${stall}writes take ${rangeText(disk.latencyUs)}, a crash ${crash[disk.onCrash]}`
}

// ---- Partitions -------------------------------------------------------------------------------------------------

/** The group of each actor by name, counted from 0. Who is in none talks to everybody. */
export type Grouping = Readonly<Record<string, number>>

export const GROUPS_MAX = 4
export const groupLetter = (group: number): string => String.fromCharCode(65 + group)

/** One click moves an actor to the next group, and from the last one out of all. */
export function nextGroup(grouping: Grouping, name: string): Grouping {
  const { [name]: group, ...rest } = grouping
  if (group === undefined) return { ...rest, [name]: 0 }
  return group + 1 < GROUPS_MAX ? { ...rest, [name]: group + 1 } : rest
}

/** The smaller half in the first group, the larger one in the second. */
export function halves(names: readonly string[]): Grouping {
  const small = Math.floor(names.length / 2)
  return Object.fromEntries(names.map((name, index) => [name, index < small ? 0 : 1]))
}

/** The `partition` act, or null while there are fewer than two groups. Actors stand in the order of `names`. */
export function partitionAct(grouping: Grouping, names: readonly string[]): Act | null {
  const groups = Array.from({ length: GROUPS_MAX }, (_, group) => names.filter((name) => grouping[name] === group))
  const filled = groups.filter((group) => group.length > 0)
  return filled.length < 2 ? null : { id: 'partition', args: { groups: filled } }
}

// ---- Inputs -----------------------------------------------------------------------------------------------------

/** Milliseconds as typed, in whole microseconds; null when it is none, or longer than an hour. */
export function readMs(text: string): number | null {
  if (!/^\d+(\.\d{1,3})?$/.test(text.trim())) return null
  const us = Math.round(Number(text) * 1_000)
  return us <= 3_600_000_000 ? us : null
}

/** A range from two inputs; the ends may stand in either order. */
export function readRange(low: string, high: string): { readonly low: number; readonly high: number } | null {
  const [a, b] = [readMs(low), readMs(high)]
  return a === null || b === null ? null : { low: Math.min(a, b), high: Math.max(a, b) }
}

export const msText = (us: number): string => String(us / 1_000)
