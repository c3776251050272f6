import { useDeferredValue, useMemo } from 'react'
import type { LabSession } from '../../../../engine/client/session.ts'
import { useSession } from '../../../../ui/use-session.ts'
import { type History, readHistory } from '../../contract.ts'

/** The history as it has come last; whatever is more urgent than curves comes first. */
export function useHistory(session: LabSession): History {
  const sheet = useDeferredValue(useSession(session, ({ sheets }) => sheets.get('history') ?? null))
  return useMemo(() => readHistory(sheet), [sheet])
}
