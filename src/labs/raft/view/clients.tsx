import type { ClientLineProps, ClientMarkProps } from '../../../stage/kit.ts'
import { linkLine } from '../../../viz/geometry.ts'
import { useClientView } from './hooks.ts'

/** A dashed line from a client to the server that it asks; drawn behind the nodes. */
export function ClientLine({ session, name, cast, layout }: ClientLineProps) {
  const view = useClientView(session, name)
  const server = view?.server == null ? -1 : cast.names.indexOf(view.server)
  if (view === null || server < 0) return null
  const line = linkLine(layout, cast.names.indexOf(name), server, 0)
  return (
    <line
      className="rs-client-line"
      data-open={view.open !== null}
      x1={line.x1}
      y1={line.y1}
      x2={line.x2}
      y2={line.y2}
    />
  )
}

/** A small square at the rim; below it the open operation, or the last answer. */
export function ClientMark({ session, name, radius, textWidth, textScale, preview }: ClientMarkProps) {
  const view = useClientView(session, name)
  const size = 11.5 * textScale
  const letters = Math.floor(textWidth / (size * 0.56))
  const open = view?.open ?? null
  return (
    <>
      <rect
        className="rs-client"
        data-open={open !== null}
        x={-radius}
        y={-radius}
        width={2 * radius}
        height={2 * radius}
        rx={3}
      />
      {!preview && radius >= 8 && (
        <text className="rs-client-name" y={radius * 0.32} fontSize={Math.min(12 * textScale, radius * 0.95)}>
          {name}
        </text>
      )}
      {letters > 3 && view !== null && (
        <text className="rs-client-text" data-open={open !== null} y={radius + 4 + size} fontSize={size}>
          {shorten(open === null ? (view.last ?? '') : `${open} …`, letters)}
          {view.queued > 0 && <tspan className="rs-client-more"> +{view.queued}</tspan>}
        </text>
      )}
    </>
  )
}

/** Cut in the middle, so that both the operation and its outcome stay. */
function shorten(text: string, letters: number): string {
  if (text.length <= letters) return text
  const head = Math.ceil((letters - 1) / 2)
  return `${text.slice(0, head)}…${text.slice(text.length - (letters - 1 - head))}`
}
