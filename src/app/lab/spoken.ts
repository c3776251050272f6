import { useEffect } from 'react'
import type { LabSession } from '../../engine/client/session.ts'
import { announce } from '../../ui/live-region.tsx'
import { notify } from '../../ui/notify.ts'

/** Says named events through the live region: only new ones, never those that a rewind passes again. */
export function useNamedEvents(session: LabSession): void {
  useEffect(() => {
    let heard: number | null = null
    return session.subscribe(() => {
      const named = session.slow?.named ?? []
      const last = named.at(-1)?.sequence ?? -1
      // What happened before the page listened is history.
      if (heard !== null) for (const event of named) if (event.sequence > heard) announce(event.text)
      heard = last
    })
  }, [session])
}

/** Says why an act was refused, and that acting in the past opened another future. */
export function useRefusals(session: LabSession): void {
  useEffect(
    () =>
      session.onEcho((echo) => {
        if (echo.refused !== null) notify({ kind: 'refused', title: echo.refused })
        else if (echo.branch !== null) {
          notify({
            kind: 'info',
            title: `New branch: ${echo.branch}`,
            text: 'The future that was there is kept; the branch menu shows both.',
          })
        }
      }),
    [session],
  )
}
