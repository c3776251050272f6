import type { LabSession } from '../../../engine/client/session.ts'
import type { ClientView, NodeView } from '../contract.ts'
import { ActionButton } from './action-bar.tsx'
import { clientActions, type DiskState, nodeActions } from './actions.ts'
import { describeClient, describeNode } from './describe.ts'

export interface OutlineProps {
  readonly session: LabSession
  readonly allow: readonly string[] | null
  readonly nodes: readonly NodeView[]
  readonly clients: readonly ClientView[]
  readonly diskOf: (node: string) => DiskState
  /** Shown as a list on the screen; else only for readers. */
  readonly open: boolean
  readonly idPrefix: string
}

/** The stage as a list: every actor with its state and its acts, for those who do not see or do not point. */
export function Outline({ session, allow, nodes, clients, diskOf, open, idPrefix }: OutlineProps) {
  return (
    <section className={open ? 'rs-outline' : 'b-hidden'} aria-label="Nodes and clients as a list">
      <ul>
        {nodes.map((node) => (
          <li key={node.name}>
            <strong>{node.name}</strong>
            <p id={`${idPrefix}-${node.name}`}>{describeNode(node)}</p>
            {open && (
              <div className="rs-outline-acts">
                {nodeActions(node.name, node.status, diskOf(node.name)).map(({ title, actions }) =>
                  title === '' ? (
                    actions.map((action) => (
                      <ActionButton key={action.verb} session={session} allow={allow} action={action} withKey={false} />
                    ))
                  ) : (
                    <details key={title}>
                      <summary>{title}</summary>
                      {actions.map((action) => (
                        <ActionButton
                          key={action.verb}
                          session={session}
                          allow={allow}
                          action={action}
                          withKey={false}
                        />
                      ))}
                    </details>
                  ),
                )}
              </div>
            )}
          </li>
        ))}
        {clients.map((client) => (
          <li key={client.name}>
            <strong>{client.name}</strong>
            <p id={`${idPrefix}-${client.name}`}>{describeClient(client)}</p>
            {open && (
              <div className="rs-outline-acts">
                {clientActions(client.name).map((action) => (
                  <ActionButton key={action.verb} session={session} allow={allow} action={action} withKey={false} />
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
