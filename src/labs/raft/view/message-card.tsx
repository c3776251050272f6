import { useEffect, useState } from 'react'
import { formatDuration } from '../../../base/units.ts'
import type { MessageView } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { titleOf } from './glyphs.ts'

export interface MessageCardProps {
  readonly session: LabSession
  readonly id: number
  /** Where the pointer found it, in pixels of the stage. */
  readonly x: number
  readonly y: number
  readonly width: number
}

/** More fields than this are for the inspector. */
const FIELDS_SHOWN = 6
const CARD_WIDTH = 232

/** What a message says, next to the pointer. */
export function MessageCard({ session, id, x, y, width }: MessageCardProps) {
  const [view, setView] = useState<MessageView | null>(null)
  useEffect(() => {
    let current = true
    session.api.message({ id }).then(
      (found) => current && setView(found),
      // A message that has just arrived, or a worker that is gone: there is nothing to say.
      () => current && setView(null),
    )
    return () => {
      current = false
    }
  }, [session, id])
  if (view === null) return null
  return (
    <div
      className="rs-card"
      style={{ left: Math.max(8, Math.min(x + 14, width - CARD_WIDTH - 8)), top: y + 14, width: CARD_WIDTH }}
    >
      <div className="rs-card-head">
        <strong>{titleOf(view.kind)}</strong>
        <span>
          {view.from} → {view.to}
        </span>
      </div>
      <dl>
        {view.fields.slice(0, FIELDS_SHOWN).map((field) => (
          <div key={field.name}>
            <dt>{field.name}</dt>
            <dd>{field.value}</dd>
          </div>
        ))}
      </dl>
      <p>
        {view.waiting
          ? 'waits'
          : `on its way for ${formatDuration(Math.round((view.arrivesAtUs - view.sentAtUs) / 100) * 100)}`}
        {view.rule !== null && <>; {view.rule.text}</>}
      </p>
      <p className="rs-card-how">Click: drop, delay, duplicate, inspect</p>
    </div>
  )
}
