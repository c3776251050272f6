import { lazy, Suspense } from 'react'
import type { InstrumentProps } from './props.ts'

/** What is opened by choice comes when it is opened. */
const LoadedFaults = lazy(() => import('./faults.tsx').then((module) => ({ default: module.Faults })))
const LoadedCompare = lazy(() => import('./compare.tsx').then((module) => ({ default: module.Compare })))

export function Faults(props: InstrumentProps) {
  return (
    <Suspense fallback={<p className="i-empty">Opening…</p>}>
      <LoadedFaults {...props} />
    </Suspense>
  )
}

export function Compare(props: InstrumentProps) {
  return (
    <Suspense fallback={<p className="i-empty">Opening…</p>}>
      <LoadedCompare {...props} />
    </Suspense>
  )
}
