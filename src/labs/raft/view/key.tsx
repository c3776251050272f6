import type { MessageKind } from '../contract.ts'
import { KEY_KINDS, lookOf } from './glyphs.ts'

const TITLES: Partial<Record<MessageKind, string>> = {
  MsgApp: 'append',
  MsgAppResp: 'reply',
  MsgVote: 'vote',
  MsgSnap: 'snapshot',
  MsgClientRequest: 'client',
  MsgHeartbeat: 'heartbeat',
}

/** What the marks on the links mean. */
export function MessageKey() {
  return (
    <ul className="rs-key" aria-label="Marks of messages">
      {KEY_KINDS.map((kind) => (
        <li key={kind}>
          <GlyphIcon kind={kind} />
          {TITLES[kind] ?? lookOf(kind).title}
        </li>
      ))}
      <li>
        <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
          <rect className="rs-key-cell" x={-7} y={-5} width={6} height={10} rx={1.5} />
          <rect className="rs-key-cell-open" x={1.5} y={-5} width={5.5} height={10} rx={1.5} />
        </svg>
        committed, not yet
      </li>
    </ul>
  )
}

function GlyphIcon({ kind }: { readonly kind: MessageKind }) {
  const { shape, letter, scale } = lookOf(kind)
  const size = Math.min(7, 7 * scale)
  return (
    <svg
      width="16"
      height="16"
      viewBox="-8.5 -8.5 17 17"
      aria-hidden="true"
      className={shape === 'ring' ? 'rs-key-hollow' : 'rs-key-solid'}
    >
      {(shape === 'square' || shape === 'stack') && (
        <rect x={-size} y={-size} width={2 * size} height={2 * size} rx={2} />
      )}
      {(shape === 'dot' || shape === 'ring') && <circle r={size} />}
      {shape === 'diamond' && <path d="M0 -8 L8 0 L0 8 L-8 0 Z" />}
      {shape === 'hexagon' && <path d="M-8 0 L-4 -7 H4 L8 0 L4 7 H-4 Z" />}
      {shape !== 'ring' && <text y={3.2}>{letter}</text>}
    </svg>
  )
}
