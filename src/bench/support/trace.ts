/** One event of a Chromium trace, as far as it is needed here. */
export interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly ts: number
  readonly dur?: number
  /** The same in time of the thread: without what other programs took. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Where script runs: in animation frames, in the handlers of messages and events, in promises. */
const SCRIPT = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'MajorGC',
  'MinorGC',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
])

/** What the frames of a trace cost. */
export interface Frames {
  /** Milliseconds of script in each frame. */
  readonly scriptMs: readonly number[]
  readonly perSecond: number
}

/**
 * Script on the main thread of the page in each frame: from the beginning of one animation frame to the next, whatever
 * called it, collections of garbage included. In time of the thread, where the browser tells it.
 */
export function framesOf(events: readonly TraceEvent[]): Frames {
  const thread = mostFrequent(events.filter(isFrame))
  const own = events.filter((event) => keyOf(event) === thread)
  const starts = own
    .filter(isFrame)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  const [first, last] = [starts[0], starts.at(-1)]
  if (first === undefined || last === undefined || first === last) return { scriptMs: [], perSecond: 0 }
  const scriptMs = new Array<number>(starts.length - 1).fill(0)
  let frame = 0
  for (const { ts, dur = 0, tdur = dur } of outermost(own.filter(isScript))) {
    while (frame + 1 < starts.length && starts[frame + 1]! <= ts) frame++
    if (ts >= first && ts < last) scriptMs[frame]! += tdur / 1_000
  }
  return { scriptMs, perSecond: scriptMs.length / ((last - first) / 1_000_000) }
}

const isFrame = ({ name }: TraceEvent): boolean => name === 'FireAnimationFrame'
const isScript = ({ name, ph }: TraceEvent): boolean => ph === 'X' && SCRIPT.has(name)
const keyOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`

function mostFrequent(events: readonly TraceEvent[]): string | null {
  const counts = new Map<string, number>()
  for (const event of events) counts.set(keyOf(event), (counts.get(keyOf(event)) ?? 0) + 1)
  const [most] = [...counts].sort((a, b) => b[1] - a[1])
  return most?.[0] ?? null
}

/** Events without those that lie inside others: a call inside a call must not count twice. */
function outermost(events: readonly TraceEvent[]): readonly TraceEvent[] {
  let end = Number.NEGATIVE_INFINITY
  // Of two that begin together the longer one is the outer one.
  const ordered = events.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  return ordered.filter(({ ts, dur = 0 }) => {
    if (ts < end) return false
    end = ts + dur
    return true
  })
}
