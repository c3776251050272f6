import { formatDuration, parseDuration } from '../../../base/units.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { viewOf } from './hooks.ts'
import { capacityAt, twoDigits } from './picture/layout.ts'

/** What is set of a part is the line of an act; a hand, a button or a field changes one number in it. */

export interface Setting {
  readonly verb: string
  readonly line: string
}

/** A line around its first number: `queue api ` `80` `` ` drop-newest`. */
export interface NumberInLine {
  readonly before: string
  readonly value: number
  /** `ms`, `/s`, `%`, or nothing. */
  readonly unit: string
  readonly after: string
}

const DURATIONS = ['us', 'ms', 's', 'm', 'h']

const NUMBER = /^([\d.]+)(us|ms|s|m|h|\/s|%|[kMG]?b\/s|B|kB|MB)?$/

/** Where the first number (of a unit) of a line stands, behind verb and name; null when there is none. */
export function numberIn({ line }: Setting, isWanted: (unit: string) => boolean = () => true): NumberInLine | null {
  const words = line.split(' ')
  const at = words.findIndex((word, position) => {
    const match = position < 2 ? null : NUMBER.exec(word)
    return match !== null && isWanted(match[2] ?? '')
  })
  if (at < 0) return null
  const [, number, unit = ''] = NUMBER.exec(words[at]!)!
  return {
    before: `${words.slice(0, at).join(' ')} `,
    value: Number(number),
    unit,
    after: words
      .slice(at + 1)
      .map((word) => ` ${word}`)
      .join(''),
  }
}

const isDuration = (unit: string): boolean => DURATIONS.includes(unit)

export const withNumber = ({ before, unit, after }: NumberInLine, value: number): string =>
  `${before}${isDuration(unit) ? formatDuration(Math.max(1, Math.round(microsOf(value, unit)))) : `${value}${unit}`}${after}`

const microsOf = (value: number, unit: string): number => (parseDuration(`1${unit}`) ?? 1) * value

/** What can be pulled on the picture. */
export const HANDS = ['capacity', 'service', 'rate', 'connect'] as const
export type Hand = (typeof HANDS)[number]

/** The verb behind each hand, and its line when the part has no number there yet. */
const BEHIND: Readonly<
  Record<Exclude<Hand, 'connect'>, { readonly verb: string; line(name: string, value: number): string }>
> = {
  capacity: { verb: 'queue', line: (name, value) => `queue ${name} ${value} drop-newest` },
  service: { verb: 'service', line: (name, value) => `service ${name} exponential ${formatDuration(value)}` },
  rate: { verb: 'load', line: (name, value) => `load ${name} poisson ${value}/s` },
}

/** The line that sets what a hand has been pulled to; all else that the line says stays. */
export function handLine(
  hand: Exclude<Hand, 'connect'>,
  name: string,
  value: number,
  settings: readonly Setting[],
): string {
  const { verb, line } = BEHIND[hand]
  const present = settings.find((each) => each.verb === verb)
  const number = present === undefined ? null : numberIn(present, hand === 'service' ? isDuration : undefined)
  if (number === null) return line(name, value)
  // `every 10ms` is a rate, too.
  if (hand === 'rate' && isDuration(number.unit)) return withNumber({ ...number, unit: 'us' }, SECOND_US / value)
  return withNumber(hand === 'service' ? { ...number, unit: 'us' } : number, value)
}

const SECOND_US = 1_000_000

/** Pixels of the hand for twice, or half as much. */
const DOUBLE_PX = 44

/** What a hand means that has moved: the rim follows it, dial and clock turn by the logarithm. */
export function pulled(
  hand: Exclude<Hand, 'connect'>,
  start: number,
  moved: { readonly dy: number; readonly y: number },
  tank: { readonly y: number; readonly height: number },
): number {
  if (hand === 'capacity') return capacityAt((tank.y + tank.height - moved.y) / tank.height)
  return Math.max(1, Math.round(twoDigits(start * 2 ** (-moved.dy / DOUBLE_PX))))
}

/** The lines of the part that is selected now; waits until they have come. */
export function settingsOf(session: LabSession, name: string): Promise<readonly Setting[]> {
  const present = () => {
    const { slow } = session
    const view = slow === null ? null : viewOf(slow)
    return view?.selected?.name === name ? view.settings : null
  }
  return new Promise((resolve) => {
    const look = () => {
      const found = present()
      if (found === null && session.health.kind === 'running') return
      stop()
      resolve(found ?? [])
    }
    const stop = session.subscribe(look)
    look()
  })
}

/** Does what a line says, as if it had been typed; whoever listens hears it. */
export async function doLine(session: LabSession, line: string): Promise<boolean> {
  const reply = await session.api.line(line)
  const refused = reply.kind === 'error' ? reply.message : null
  const said = reply.kind === 'said' ? reply.lines : []
  session.echo({
    line: said[0]?.replace(/^\S+ /, '') ?? line,
    atUs: session.nowUs,
    refused,
    branch: said[1]?.replace(/^.*: /, '') ?? null,
  })
  return refused === null
}
