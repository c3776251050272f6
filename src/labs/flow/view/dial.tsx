import type { LabSession } from '../../../engine/client/session.ts'
import type { PartView } from '../contract.ts'
import { useRate } from './hooks.ts'
import type { Box, FlowLayout } from './picture/layout.ts'
import { countText, timeText } from './words.ts'

/** The dial of a source and the clock of a stage: what a hand takes hold of to change load and service. */

interface DialProps {
  readonly session: LabSession
  readonly part: PartView
  readonly actor: number
  readonly box: Box
  readonly layout: FlowLayout
  readonly hand: boolean
}

/** The dial goes from 1 to 10,000 a second, by the logarithm. */
const DIAL_MAX = 10_000
const SWEEP = { from: -225, to: 45 }

const angleOf = (rate: number): number => {
  const share = Math.min(1, Math.max(0, Math.log10(Math.max(1, rate)) / Math.log10(DIAL_MAX)))
  return ((SWEEP.from + (SWEEP.to - SWEEP.from) * share) * Math.PI) / 180
}

function arc(x: number, y: number, radius: number, from: number, to: number): string {
  const point = (angle: number) =>
    `${(x + radius * Math.cos(angle)).toFixed(1)} ${(y + radius * Math.sin(angle)).toFixed(1)}`
  return `M${point(from)} A${radius} ${radius} 0 ${to - from > Math.PI ? 1 : 0} 1 ${point(to)}`
}

/** Smaller dials are only a number. */
const DIAL_FROM = 11

/** What is set is the needle; what came lately is the arc. */
export function Dial({ session, part, actor, box: { works, detail }, layout, hand }: DialProps) {
  const measured = useRate(session, actor, 'arrivedPerS')
  const size = (detail === 'full' ? 12.5 : 11) * layout.textScale
  const radius = Math.min(works.width / 2 - 4, (works.height - size - 8) / 1.75, 60)
  const x = works.x + works.width / 2
  // Dial and number together stand in the middle.
  const y = works.y + (works.height - 1.72 * radius - size) / 2 + radius
  const shown = part.ratePerS ?? measured
  const isDial = radius >= DIAL_FROM
  const needle = angleOf(part.ratePerS ?? measured ?? 0)
  return (
    <g className="fl-dial" data-hand={hand && part.ratePerS !== null ? 'rate' : undefined}>
      <rect className="fl-hand-target" {...works} />
      {isDial && (
        <>
          <path className="fl-dial-scale" d={arc(x, y, radius, angleOf(1), angleOf(DIAL_MAX))} />
          {measured !== null && measured > 0 && (
            <path className="fl-dial-value" d={arc(x, y, radius, angleOf(1), angleOf(measured))} />
          )}
          <path
            className="fl-dial-needle"
            d={`M${x} ${y} L${(x + (radius - 3) * Math.cos(needle)).toFixed(1)} ${(y + (radius - 3) * Math.sin(needle)).toFixed(1)}`}
          />
        </>
      )}
      {!layout.preview && (
        <text x={x} y={isDial ? y + radius * 0.72 + size : works.y + works.height / 2 + size / 3} fontSize={size}>
          {shown === null ? '' : `${countText(shown)}/s`}
        </text>
      )}
    </g>
  )
}

/** Below the servers: how long one takes. */
export function ServiceClock({ part, box: { works }, layout, hand }: DialProps) {
  if (part.serviceUs === null) return null
  const size = 10.5 * layout.textScale
  const y = works.y + works.height - layout.line / 2
  const text = timeText(part.serviceUs)
  const width = text.length * size * 0.56
  const hasFace = width + 13 <= works.width
  const x = works.x + works.width / 2 - (width + (hasFace ? 13 : 0)) / 2
  return (
    <g className="fl-clock" data-hand={hand ? 'service' : undefined}>
      <rect className="fl-hand-target" x={works.x} y={y - 10} width={works.width} height={20} />
      {hasFace && <path d={`M${x} ${y} a4.5 4.5 0 1 1 0 0.01 M${x + 4.5} ${y - 3} V${y} H${x + 7}`} />}
      <text x={x + (hasFace ? 13 : 0)} y={y + size * 0.36} fontSize={size}>
        {text}
      </text>
    </g>
  )
}
