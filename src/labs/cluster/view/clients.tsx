import type { LabSession } from '../../../engine/client/session.ts'
import type { ClientMarkProps } from '../../../stage/kit.ts'
import { useSession } from '../../../ui/use-session.ts'
import type { ClientView } from '../contract.ts'
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
  const reaches = useReach(session, name)
  const text = view === null ? '' : (reaches ?? toldText(view))
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
      {!preview && radius >= 8 && name === 'admin' && (
        <g className="cs-admin" transform={`scale(${radius / 13})`}>
          <path d="M-7 -4 H7 M-7 4 H7" />
          <circle cx={-3} cy={-4} r={2.4} />
          <circle cx={3} cy={4} r={2.4} />
        </g>
      )}
      {!preview && radius >= 8 && name !== 'admin' && (
        <text className="rs-client-name" y={radius * 0.32} fontSize={Math.min(12 * textScale, radius * 0.9)}>
          {name === 'cli' ? '>_' : name}
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

/** What it is told: answers and redirections in the last second, or its last answer. */
function toldText(view: ClientView): string {
  if (view.style === null) return view.last ?? view.role
  const { answeredPerSecond, movedPerSecond, askPerSecond } = view
  if (answeredPerSecond === 0) return view.last ?? (view.ratePerSecond === 0 ? 'no load' : '')
  const kind = askPerSecond > movedPerSecond ? 'ASK' : 'MOVED'
  const redirected = movedPerSecond + askPerSecond
  return redirected === 0 ? `${answeredPerSecond}/s` : `${answeredPerSecond}/s, ${redirected} ${kind}`
}

/** Nodes that are named when a client is cut off. */
const NAMED = 2

/** `reaches n1`: on which side of a cut the client is; null while it reaches every node. */
function useReach(session: LabSession, name: string): string | null {
  return useSession(session, ({ slow }) => {
    if (slow === null) return null
    const cut = slow.links.filter(({ severed, from }) => severed && from === name).map(({ to }) => to as string)
    const nodes = slow.actors.filter(({ role }) => role === 'node').map((actor) => actor.name as string)
    const left = nodes.filter((node) => !cut.includes(node))
    const out = nodes.filter((node) => cut.includes(node))
    if (out.length === 0) return null
    if (left.length <= NAMED) return left.length === 0 ? 'reaches nobody' : `reaches ${left.join(', ')}`
    return out.length <= NAMED ? `cut from ${out.join(', ')}` : `reaches ${left.length} nodes`
  })
}
