import type { ReactNode } from 'react'
import { ErrorBoundary } from './error-boundary.tsx'
import './panel.css'

/** A named region of the workbench; when its content breaks, only this region says so. */
export function Panel({
  name,
  report,
  children,
}: {
  readonly name: string
  readonly report?: () => Promise<string>
  readonly children: ReactNode
}) {
  return (
    <section className="b-panel" aria-label={name}>
      <h2 className="b-hidden">{name}</h2>
      <ErrorBoundary name={name} {...(report === undefined ? {} : { report })}>
        {children}
      </ErrorBoundary>
    </section>
  )
}

/** A titled part of a panel. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className="b-section">
      <h3 className="b-section-title">
        <span>{title}</span>
        {aside}
      </h3>
      {children}
    </section>
  )
}
