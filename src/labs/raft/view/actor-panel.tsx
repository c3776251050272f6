import type { LabSession } from '../../../engine/client/session.ts'
import { ActorActs } from '../../../stage/action-bar.tsx'
import { nodeActions } from '../../../stage/actions.ts'
import { ActorTable, SelectButton } from '../../../stage/actor-table.tsx'
import { useCast, useDisk } from '../../../stage/stage-hooks.ts'
import '../../../stage/stage.css'
import { useSession } from '../../../ui/use-session.ts'
import { hueOf } from '../../../viz/palette.ts'
import type { RaftView } from '../contract.ts'
import { campaignActions, clientActions } from './actions.ts'
import { ClientBar } from './client-bar.tsx'
import { describeClient } from './describe.ts'
import { useClientView, useNodeView } from './hooks.ts'

/** The inspector's first tab: the selected actor in full, or everybody in a table. */
export function ActorPanel({ session }: { readonly session: LabSession }) {
  const table = useSession(session, ({ slow }) => (slow?.view as RaftView | undefined)?.selected ?? null)
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  return table !== null && table.name === selected ? (
    <ActorTable table={table}>
      <Acts session={session} name={table.name} />
    </ActorTable>
  ) : (
    <Overview session={session} />
  )
}

function Acts({ session, name }: { readonly session: LabSession; readonly name: string }) {
  const node = useNodeView(session, name)
  const disk = useDisk(session, name)
  const groups =
    node === null
      ? [{ title: '', actions: clientActions(name) }]
      : nodeActions(name, node.status, disk, campaignActions(name, node.status))
  return (
    <ActorActs
      session={session}
      name={name}
      groups={groups}
      form={node === null ? ClientBar : null}
      formLabel={`Operation, beside the facts of ${name}`}
    />
  )
}

function Overview({ session }: { readonly session: LabSession }) {
  const cast = useCast(session)
  return (
    <div className="rs-panel">
      <section>
        <h3>Nodes</h3>
        <table className="rs-overview">
          <thead>
            <tr>
              <th scope="col">node</th>
              <th scope="col">role</th>
              <th scope="col">term</th>
              <th scope="col">commit</th>
              <th scope="col">last</th>
              <th scope="col">leader</th>
            </tr>
          </thead>
          <tbody>
            {cast.nodes.map((node) => (
              <NodeRow key={node} session={session} name={cast.names[node] ?? ''} />
            ))}
          </tbody>
        </table>
      </section>
      {cast.clients.length > 0 && (
        <section>
          <h3>Clients</h3>
          <table className="rs-overview">
            <tbody>
              {cast.clients.map((client) => (
                <ClientRow key={client} session={session} name={cast.names[client] ?? ''} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <p className="rs-hint">Select a node or a client to see all it knows.</p>
    </div>
  )
}

interface RowProps {
  readonly session: LabSession
  readonly name: string
}

function ClientRow({ session, name }: RowProps) {
  const client = useClientView(session, name)
  return (
    <tr>
      <th scope="row">
        <SelectButton session={session} name={name} />
      </th>
      <td>{client === null ? '' : describeClient(client)}</td>
    </tr>
  )
}

function NodeRow({ session, name }: RowProps) {
  const node = useNodeView(session, name)
  if (node === null) return null
  const out = node.status !== 'up'
  return (
    <tr data-out={out}>
      <th scope="row">
        <SelectButton session={session} name={node.name} />
      </th>
      <td>{out ? node.status : node.role}</td>
      <td>
        <span
          className="rs-term"
          data-hue={hueOf(node.term)}
          style={{ borderColor: `var(--term-${hueOf(node.term)})` }}
        >
          {node.term}
        </span>
      </td>
      <td>{node.commitIndex}</td>
      <td>{node.lastIndex}</td>
      <td>{node.leader ?? '–'}</td>
    </tr>
  )
}
