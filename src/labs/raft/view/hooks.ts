import type { Slow } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import type { ClientView, NodeView, RaftView } from '../contract.ts'

/** The Raft part of the slow state. */
export const viewOf = (slow: Slow): RaftView => slow.view as RaftView

export const nodeOf = (slow: Slow, name: string): NodeView | null =>
  viewOf(slow).nodes.find((node) => node.name === name) ?? null

export const clientOf = (slow: Slow, name: string): ClientView | null =>
  viewOf(slow).clients.find((client) => client.name === name) ?? null

/** One node of the slow state; renders again only when this node changed. */
export function useNodeView(session: LabSession, name: string): NodeView | null {
  return useSession(session, ({ slow }) => (slow === null ? null : nodeOf(slow, name)))
}

/** One client of the slow state; renders again only when this client changed. */
export function useClientView(session: LabSession, name: string): ClientView | null {
  return useSession(session, ({ slow }) => (slow === null ? null : clientOf(slow, name)))
}
