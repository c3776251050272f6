import type { ReactNode } from 'react'

/** What the marks of the picture mean: one line, below it. */
export function Key() {
  return (
    <ul className="rs-key fl-key">
      <Row text="item">
        <circle className="fl-key-item" cx={8} cy={8} r={4.5} />
      </Row>
      <Row text="retry">
        <circle className="fl-key-item" cx={8} cy={8} r={3} />
        <circle className="fl-key-ring" cx={8} cy={8} r={5.5} />
      </Row>
      <Row text="answer">
        <path className="fl-key-answer" d="M3 8 H13" />
      </Row>
      <Row text="demand">
        <path className="fl-key-demand" d="M8 4 L4 8 L8 12 M12 4 L8 8 L12 12" />
      </Row>
      <Row text="dropped">
        <rect className="fl-key-drop" x={5} y={5} width={6} height={6} />
      </Row>
      <Row text="blocked">
        <path className="fl-key-blocked" d="M3 13 L13 3 M3 8 L8 3 M8 13 L13 8" />
      </Row>
      <Row text="no credit">
        <path className="fl-key-valve" d="M3 4 V12 L13 4 V12 Z" />
      </Row>
    </ul>
  )
}

function Row({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <li>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {children}
      </svg>
      {text}
    </li>
  )
}
