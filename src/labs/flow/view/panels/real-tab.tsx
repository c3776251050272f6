import { lazy, Suspense } from 'react'

/** Real workers come when somebody wants to see them. */
const RealMode = lazy(() => import('../../real/real-panel.tsx').then((module) => ({ default: module.RealMode })))

/** Real mode in a tab of the inspector. */
export const RealTab = () => (
  <Suspense fallback={<p className="fp-empty">Loading…</p>}>
    <RealMode />
  </Suspense>
)
