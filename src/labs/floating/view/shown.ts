import { useRef } from 'react'
import { useStore } from 'zustand'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import type { Picture } from '../contract.ts'
import { draftStore } from './draft.ts'
import { useMotion, usePicture } from './hooks.ts'

/** What instruments show: the draft while a hand drags, else what the run has; and what there was before, to compare with. */
export interface Shown {
  readonly picture: Picture
  readonly motion: Float64Array
  readonly before: { readonly picture: Picture; readonly motion: Float64Array } | null
}

/** The design and its motion as they are to be shown; null before the first frame. */
export function useShown(session: LabSession): Shown | null {
  const picture = usePicture(session)
  const motion = useMotion(session)
  const draft = useStore(draftStore, (state) => state.draft)
  const last = useRef<{ readonly now: Shown | null; readonly before: Shown | null }>({ now: null, before: null })
  if (picture === null || motion === null) return null
  if (last.current.now?.motion !== motion) {
    last.current = { now: { picture, motion, before: null }, before: last.current.now }
  }
  if (draft?.picture && draft.motion)
    return { picture: draft.picture, motion: draft.motion, before: { picture, motion } }
  return { picture, motion, before: last.current.before }
}

/** The reader's instant in whole tenths of a second of virtual time: what a plot over time follows. */
export const useNowS = (session: LabSession): number =>
  useSession(session, ({ slow }) => Math.round((slow?.run.nowUs ?? 0) / 100_000) / 10)
