import { useEffect, useState } from 'react'
import { onFrame } from '../viz/scheduler.ts'
import { Announcements } from './announcements.ts'

const announcements = new Announcements()

/** Says `text` through the one polite live region; what comes in quick succession is said in one breath. */
export function announce(text: string): void {
  announcements.add(text)
}

/** The one polite live region. Once per page. */
export function LiveRegion() {
  const [said, setSaid] = useState('')
  useEffect(
    () =>
      onFrame('draw', (nowMs) => {
        const next = announcements.take(nowMs)
        if (next !== null) setSaid(next)
      }),
    [],
  )
  return (
    <div className="b-hidden" role="status" aria-live="polite">
      {said}
    </div>
  )
}
