import type { MessageLook } from '../../../stage/kit.ts'
import { useHiddenGroups } from '../../../stage/traffic-filter.ts'
import { KEY, trafficFilter } from './glyphs.ts'

/** What the marks on the links mean; each group can be hidden. */
export function MessageKey() {
  const hidden = useHiddenGroups(trafficFilter)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line of toggles, no fieldset of a form
    <div className="rs-key cs-key" role="group" aria-label="Messages shown">
      {KEY.map(({ id, title, sample, kinds }) => {
        const shown = !hidden.includes(id)
        return (
          <button
            key={id}
            type="button"
            className="cs-key-toggle"
            aria-pressed={shown}
            title={`${kinds}: ${shown ? 'press to hide' : 'hidden; press to show'}`}
            onClick={() => trafficFilter.toggle(id)}
          >
            <Mark look={sample} />
            {title}
          </button>
        )
      })}
    </div>
  )
}

function Mark({ look }: { readonly look: MessageLook }) {
  const { shape, letter, color, scale } = look
  const size = Math.max(3, Math.min(7, 7 * scale))
  const hollow = shape === 'ring'
  return (
    <svg width="16" height="16" viewBox="-8.5 -8.5 17 17" aria-hidden="true">
      <g fill={hollow ? 'none' : `var(${color})`} stroke={`var(${color})`} strokeWidth={1.5}>
        {shape === 'square' && <rect x={-size} y={-size} width={2 * size} height={2 * size} rx={2} />}
        {(shape === 'dot' || hollow) && <circle r={size} />}
        {shape === 'diamond' && <path d="M0 -8 L8 0 L0 8 L-8 0 Z" />}
        {shape === 'hexagon' && <path d="M-8 0 L-4 -7 H4 L8 0 L4 7 H-4 Z" />}
      </g>
      {!hollow && letter !== '' && (
        <text className="cs-key-letter" y={3.4}>
          {letter}
        </text>
      )}
    </svg>
  )
}
