import { useEffect, useRef, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import { SHEETS } from '../contract.ts'
import type { SensitivityRow } from '../explore.ts'
import { solverOf } from './draft.ts'
import { inputIn, pictureIn } from './hooks.ts'

/** Dimensions that are asked for at once: the hand that drags a slider meanwhile waits no longer than for these. */
const SLICE = 3

/** What is known so far; rows of the design before stand until the new ones come. */
export interface Sensitivities {
  readonly rows: ReadonlyMap<string, SensitivityRow>
  readonly done: number
  readonly total: number
}

/** Sensitivities of the present design to all its dimensions, shapes first, computed slice by slice beside the page. */
export function useSensitivities(session: LabSession): Sensitivities {
  const sheet = useSession(session, ({ sheets }) => sheets.get(SHEETS.input))
  const [found, setFound] = useState<Sensitivities>({ rows: new Map(), done: 0, total: 0 })
  const title = useRef('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sheet is the design
  useEffect(() => {
    const [input, picture] = [inputIn(session), pictureIn(session)]
    if (input === null || picture === null || picture.stale) return
    const wanted = picture.dimensions.filter(({ value }) => value !== 0)
    const names = [...wanted].sort((a, b) => Number(b.unit === 'm') - Number(a.unit === 'm')).map(({ name }) => name)
    const isOther = title.current !== picture.title
    title.current = picture.title
    let isWanted = true
    const follow = async () => {
      for (let at = 0; at < names.length && isWanted; at += SLICE) {
        const rows = await solverOf().sensitivities(input, names.slice(at, at + SLICE))
        if (!isWanted) return
        const known = rows.map((row) => [row.dimension, row] as const)
        setFound((before) => {
          const kept = isOther && at === 0 ? [] : before.rows
          return { rows: new Map([...kept, ...known]), done: Math.min(names.length, at + SLICE), total: names.length }
        })
      }
    }
    void follow()
    return () => {
      isWanted = false
    }
  }, [sheet, session])
  return found
}
