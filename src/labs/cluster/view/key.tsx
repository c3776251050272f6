import { KEY_KINDS, lookOf } from './glyphs.ts'

/** What the marks on the links mean. */
export function MessageKey() {
  return (
    <ul className="rs-key" aria-label="Marks of messages">
      {KEY_KINDS.map(({ kind, title }) => {
        const { shape, letter, color, scale } = lookOf(kind)
        const size = Math.max(3, Math.min(7, 7 * scale))
        const hollow = shape === 'ring'
        return (
          <li key={kind}>
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
            {title}
          </li>
        )
      })}
    </ul>
  )
}
