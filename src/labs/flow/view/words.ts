import { type Condition, DROP_REASONS, type PartView } from '../contract.ts'

/** Words of the picture and of the list: short, and the same in both. */

/** A sign beside the word, or instead of it where there is no room: told apart without colour. */
export const CONDITION_SIGN: Readonly<Record<Condition, string>> = {
  idle: '○',
  working: '',
  saturated: '▲',
  full: '■',
  blocked: '▮',
  held: '‖',
  down: '✕',
}

/** What a condition is called: a stage that has nothing to do is starved, a source that has nothing to send is idle. */
export function conditionWord(condition: Condition, { kind, status }: Pick<PartView, 'kind' | 'status'>): string {
  if (status === 'paused') return 'paused'
  if (condition === 'idle') return kind === 'stage' ? 'starved' : 'idle'
  if (condition === 'working') return ''
  return condition
}

/** `204 overflow · 3 shed`, largest first; empty while nothing was dropped. */
export function dropsText(droppedByReason: readonly number[]): string {
  return droppedByReason
    .map((count, reason) => ({ count, reason: DROP_REASONS[reason] ?? 'dropped' }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ count, reason }) => `${countText(count)} ${reason}`)
    .join(' · ')
}

/** `950`, `12,400`, `1.2M`: as many digits as can be read at a glance. */
export function countText(count: number): string {
  if (count >= 1_000_000) return `${(count / 1_000_000).toFixed(1)}M`
  return count.toLocaleString('en-US')
}

/** `35 ms`, `1.2 s`: two digits, for a label. */
export function timeText(us: number): string {
  const short = Number(us.toPrecision(2))
  if (short >= 1_000_000) return `${short / 1_000_000} s`
  return short >= 1_000 ? `${short / 1_000} ms` : `${short} µs`
}

/** Characters that are about so wide, with an ellipsis where the rest is left out. */
export function fitText(text: string, widthPx: number, fontPx: number): string {
  const room = Math.floor(widthPx / (fontPx * 0.56))
  if (text.length <= room) return text
  return room < 2 ? '' : `${text.slice(0, room - 1).trimEnd()}…`
}
