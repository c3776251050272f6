import { memo } from 'react'
import { linkLine, type StageLayout } from '../../../viz/geometry.ts'
import type { ClientView } from '../contract.ts'

export interface ClientsProps {
  readonly layout: StageLayout
  readonly names: readonly string[]
  /** Actor numbers of the clients. */
  readonly numbers: readonly number[]
  readonly views: readonly ClientView[]
  readonly preview: boolean
  readonly textScale: number
}

/** A dashed line from each client to the server that it asks; drawn behind the nodes. */
export function ClientLines({
  layout,
  names,
  numbers,
  views,
}: Pick<ClientsProps, 'layout' | 'names' | 'numbers' | 'views'>) {
  return (
    <g>
      {numbers.map((client) => {
        const view = views.find((each) => each.name === names[client])
        const server = view?.server == null ? -1 : names.indexOf(view.server)
        if (server < 0 || view === undefined) return null
        const line = linkLine(layout, client, server, 0)
        return (
          <line
            key={client}
            className="rs-client-line"
            data-open={view.open !== null}
            x1={line.x1}
            y1={line.y1}
            x2={line.x2}
            y2={line.y2}
          />
        )
      })}
    </g>
  )
}

export interface ClientMarkProps {
  readonly name: string
  readonly radius: number
  readonly view: ClientView | undefined
  /** 0: no text. */
  readonly textWidth: number
  readonly textScale: number
  readonly preview: boolean
}

/** A small square at the rim; below it the open operation, or the last answer. */
export const ClientMark = memo(function ClientMark({
  name,
  radius,
  view,
  textWidth,
  textScale,
  preview,
}: ClientMarkProps) {
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
      {letters > 3 && view !== undefined && (
        <text className="rs-client-text" data-open={open !== null} y={radius + 4 + size} fontSize={size}>
          {shorten(open === null ? (view.last ?? '') : `${open} …`, letters)}
          {view.queued > 0 && <tspan className="rs-client-more"> +{view.queued}</tspan>}
        </text>
      )}
    </>
  )
})

/** Cut in the middle, so that both the operation and its outcome stay. */
export function shorten(text: string, letters: number): string {
  if (text.length <= letters) return text
  const head = Math.ceil((letters - 1) / 2)
  return `${text.slice(0, head)}…${text.slice(text.length - (letters - 1 - head))}`
}
