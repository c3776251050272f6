import type { Remote } from 'comlink'
import { useEffect, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import { SHEETS } from '../contract.ts'
import type { PortableInput } from '../projection.ts'
import type { SolverApi } from '../solver.ts'
import { solverOf } from './draft.ts'
import { inputIn } from './hooks.ts'

/** What a study says of the present input; the last answer stands until the next one comes. Null before the first. */
export function useStudy<T>(
  session: LabSession,
  ask: (solver: Remote<SolverApi>, input: PortableInput) => Promise<T>,
  of: string,
): T | null {
  const sheet = useSession(session, ({ sheets }) => sheets.get(SHEETS.input))
  const [answer, setAnswer] = useState<{ readonly of: string; readonly value: T } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `of` names what is asked; the function is new in every render
  useEffect(() => {
    const input = inputIn(session)
    if (sheet === undefined || input === null) return
    let isWanted = true
    void ask(solverOf(), input).then((value) => isWanted && setAnswer({ of, value }))
    return () => {
      isWanted = false
    }
  }, [sheet, of, session])
  return answer?.of === of ? answer.value : null
}
