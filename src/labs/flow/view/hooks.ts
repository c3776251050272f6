import { useEffect, useMemo, useState } from 'react'
import type { Slow } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import { onFrame } from '../../../viz/scheduler.ts'
import {
  type Condition,
  type FlowView,
  type History,
  type HistoryColumn,
  type PartView,
  type PipeView,
  readHistory,
} from '../contract.ts'
import type { PartPlace } from './picture/layout.ts'

/** The flow part of the slow state. */
export const viewOf = (slow: Slow): FlowView => slow.view as FlowView

/** A part as the layout and the scene need it: what changes only with the structure. */
export interface Place extends PartPlace {
  readonly name: string
  readonly part: string
}

export interface Structure {
  readonly parts: readonly Place[]
  /** Actor numbers: from, to. */
  readonly pipes: readonly (readonly [number, number])[]
  readonly variants: number
}

const NOTHING: Structure = { parts: [], pipes: [], variants: 1 }

/** What stands where; renders again only when parts or pipes come and go. */
export function useStructure(session: LabSession): Structure {
  return useSession(session, ({ slow }) => {
    if (slow === null) return NOTHING
    const { parts, pipes, variants } = viewOf(slow)
    const number = new Map(parts.map(({ name }, at) => [name, at]))
    return {
      parts: parts.map(({ name, part, kind, variant, column, row }) => ({ name, part, kind, variant, column, row })),
      pipes: pipes.flatMap(({ from, to }) => {
        const ends = [number.get(from), number.get(to)] as const
        return ends[0] === undefined || ends[1] === undefined ? [] : [ends as readonly [number, number]]
      }),
      variants,
    }
  })
}

/** One part in words and numbers; renders again when they changed. */
export function usePart(session: LabSession, name: string | null): PartView | null {
  return useSession(session, ({ slow }) => (slow === null || name === null ? null : partIn(slow, name)))
}

export const partIn = (slow: Slow, name: string): PartView | null =>
  viewOf(slow).parts.find((part) => part.name === name) ?? null

export function usePipes(session: LabSession): readonly PipeView[] {
  return useSession(session, ({ slow }) => (slow === null ? NO_PIPES : viewOf(slow).pipes))
}

const NO_PIPES: readonly PipeView[] = []

/** The sheet of the history, read once for each that comes. */
const histories = new WeakMap<ArrayBuffer, History>()

function historyIn(session: LabSession): History | null {
  const sheet = session.sheets.get('history')
  if (sheet === undefined) return null
  const known = histories.get(sheet) ?? readHistory(sheet)
  histories.set(sheet, known)
  return known
}

/** Of one sample nothing can be read: what is shown is the mean of the last second. */
const MEAN_US = 1_000_000

/** What a column of an actor was in the last second, in the mean; null while nothing is known. */
export function useRate(session: LabSession, actor: number, column: HistoryColumn): number | null {
  return useSession(session, (now) => {
    const history = historyIn(now)
    if (history === null || history.samples === 0 || actor >= history.parts) return null
    const fromUs = history.timeUs(history.samples - 1) - MEAN_US
    let sum = 0
    let count = 0
    for (let at = history.samples - 1; at >= 0 && history.timeUs(at) > fromUs; at -= 1) {
      sum += history.value(at, actor, column)
      count += 1
    }
    return Number.isFinite(sum) && sum >= 0 ? roundRate(sum / count) : null
  })
}

/** So many digits as can be read while they change. */
const roundRate = (value: number): number => (value >= 10 ? Math.round(value) : Math.round(value * 10) / 10)

/** How bad a condition is: what gets worse is told at once, what gets better only when it lasts. */
const GRAVITY: Readonly<Record<Condition, number>> = {
  idle: 0,
  working: 1,
  held: 2,
  saturated: 3,
  blocked: 4,
  full: 5,
  down: 6,
}
const LASTS_MS = 600

/** A condition that can be read although it changes with every item. */
export function useCalm(condition: Condition): Condition {
  const [shown, setShown] = useState(condition)
  const isWorse = GRAVITY[condition] > GRAVITY[shown]
  useEffect(() => {
    if (condition === shown) return
    if (isWorse) return setShown(condition)
    let sinceMs: number | null = null
    const stop = onFrame('animate', (nowMs) => {
      sinceMs ??= nowMs
      if (nowMs - sinceMs < LASTS_MS) return
      stop()
      setShown(condition)
    })
    return stop
  }, [condition, shown, isWorse])
  return isWorse ? condition : shown
}

/** The names of the selected part, or null. */
export function useSelected(session: LabSession): string | null {
  return useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
}

/** Everything that the copies share is one list of names. */
export function useNames(session: LabSession): readonly string[] {
  const { parts } = useStructure(session)
  return useMemo(() => parts.map(({ name }) => name), [parts])
}
