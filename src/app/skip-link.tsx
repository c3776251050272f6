import type { ReactNode } from 'react'

/** The first stop of the Tab key: past everything, to the content. A button, because the `#` belongs to the router. */
export function SkipLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <button type="button" className="b-skip" onClick={() => document.getElementById(to)?.focus()}>
      {children}
    </button>
  )
}
