import type { ClientMarkProps } from '../../../stage/kit.ts'
import { useClientView } from './hooks.ts'

/** Clients talk to every master at once: there is no line to one of them. */
export function ClientLine() {
  return null
}

/** A small square at the rim; below it what it is told: answers and redirections each second, or its last answer. */
export function ClientMark({ session, name, radius, textWidth, textScale, preview }: ClientMarkProps) {
  const view = useClientView(session, name)
  const size = 11.5 * textScale
  const letters = Math.floor(textWidth / (size * 0.56))
  const open = (view?.open ?? 0) > 0
  const redirected = view === null ? 0 : view.movedPerSecond + view.askPerSecond
  const text =
    view === null
      ? ''
      : view.answeredPerSecond > 0
        ? `${view.answeredPerSecond}/s${redirected > 0 ? `, ${redirected} redirected` : ''}`
        : (view.last ?? '')
  return (
    <>
      <rect
        className="rs-client"
        data-open={open}
        x={-radius}
        y={-radius}
        width={2 * radius}
        height={2 * radius}
        rx={3}
      />
      {!preview && radius >= 8 && (
        <text className="rs-client-name" y={radius * 0.32} fontSize={Math.min(12 * textScale, radius * 0.9)}>
          {LABELS[name] ?? name}
        </text>
      )}
      {letters > 3 && text !== '' && (
        <text className="rs-client-text" data-open={open} y={radius + 4 + size} fontSize={size}>
          {text.length > letters ? `${text.slice(0, letters - 1)}…` : text}
        </text>
      )}
    </>
  )
}

/** The prompt and the administrator have marks, not names that would not fit. */
const LABELS: Readonly<Record<string, string>> = { cli: '>_', admin: '⚙' }
