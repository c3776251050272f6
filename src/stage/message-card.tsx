import { type CSSProperties, useEffect, useState } from 'react'
import { formatDuration } from '../base/units.ts'
import type { MessageView } from '../engine/api.ts'
import type { LabSession } from '../engine/client/session.ts'
import type { Size } from '../viz/geometry.ts'
import type { StageKit, WorkshopKit } from './kit.ts'
import { useNode } from './stage-hooks.ts'

export interface MessageCardProps {
  readonly kit: Pick<StageKit, 'titleOf'>
  readonly session: LabSession
  readonly id: number
  /** Where the pointer found it, in pixels of the stage. */
  readonly x: number
  readonly y: number
  /** The stage. */
  readonly size: Size
}

/** More fields than this are for the inspector. */
const FIELDS_SHOWN = 6
const CARD_WIDTH = 232

/** Beside the pointer, on the side where there is room. */
function cardPlace(x: number, y: number, { width, height }: Size): CSSProperties {
  return {
    width: CARD_WIDTH,
    left: Math.max(8, Math.min(x + 14, width - CARD_WIDTH - 8)),
    ...(y > height * 0.55 ? { bottom: height - y + 14 } : { top: y + 14 }),
  }
}

/** What a message says, next to the pointer. */
export function MessageCard({ kit, session, id, x, y, size }: MessageCardProps) {
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
    <div className="rs-card" style={cardPlace(x, y, size)}>
      <div className="rs-card-head">
        <strong>{kit.titleOf(view.kind)}</strong>
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

export interface NodeCardProps {
  readonly kit: WorkshopKit
  readonly session: LabSession
  readonly name: string
  readonly x: number
  readonly y: number
  readonly size: Size
}

/** What the caption of a node would say where there is no room for captions. */
export function NodeCard({ kit, session, name, x, y, size }: NodeCardProps) {
  const node = useNode(kit, session, name)
  if (node === null) return null
  return (
    <div className="rs-card" style={cardPlace(x, y, size)}>
      <strong>{name}</strong>
      <p>{node.text}</p>
    </div>
  )
}
