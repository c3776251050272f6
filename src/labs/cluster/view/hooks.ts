import type { Slow } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import type { ClientView, ClusterView, NodeView } from '../contract.ts'

/** The cluster's part of the slow state. */
export const viewOf = (slow: Slow): ClusterView => slow.view as ClusterView

export const nodeOf = (slow: Slow, name: string): NodeView | null =>
  viewOf(slow).nodes.find((node) => node.name === name) ?? null

export const clientOf = (slow: Slow, name: string): ClientView | null =>
  viewOf(slow).clients.find((client) => client.name === name) ?? null

/** What `read` finds in the cluster's slow state; null before there is one. Renders again only when it changed. */
export function useView<T>(session: LabSession, read: (view: ClusterView) => T): T | null {
  return useSession(session, ({ slow }) => (slow === null ? null : read(viewOf(slow))))
}

export function useNodeView(session: LabSession, name: string): NodeView | null {
  return useSession(session, ({ slow }) => (slow === null ? null : nodeOf(slow, name)))
}

export function useClientView(session: LabSession, name: string): ClientView | null {
  return useSession(session, ({ slow }) => (slow === null ? null : clientOf(slow, name)))
}
