import type { LabSession } from '../../../engine/client/session.ts'
import { ActorActs } from '../../../stage/action-bar.tsx'
import { nodeActions } from '../../../stage/actions.ts'
import { ActorTable } from '../../../stage/actor-table.tsx'
import { useDisk } from '../../../stage/stage-hooks.ts'
import '../../../stage/stage.css'
import { useSession } from '../../../ui/use-session.ts'
import type { ClusterView } from '../contract.ts'
import { clientActions, failoverActions } from './actions.ts'
import { ClientBar } from './client-bar.tsx'
import { shortNode } from './describe.ts'
import { nodeOf, useNodeView } from './hooks.ts'
import { NodeLog } from './node-log.tsx'
import { Overview } from './overview.tsx'
import './cluster.css'

/** The inspector's first tab: the selected actor in full with its log, or everybody in tables. */
export function ActorPanel({ session }: { readonly session: LabSession }) {
  const table = useSession(session, ({ slow }) => (slow?.view as ClusterView | undefined)?.selected ?? null)
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  if (table === null || table.name !== selected) return <Overview session={session} />
  return (
    <ActorTable table={table}>
      <Rest session={session} name={table.name} />
    </ActorTable>
  )
}

function Rest({ session, name }: { readonly session: LabSession; readonly name: string }) {
  const isNode = useSession(session, ({ slow }) => slow !== null && nodeOf(slow, name) !== null)
  return (
    <>
      {isNode && <NodeLog session={session} name={name} />}
      <Acts session={session} name={name} />
    </>
  )
}

function Acts({ session, name }: { readonly session: LabSession; readonly name: string }) {
  const node = useNodeView(session, name)
  const disk = useDisk(session, name)
  const facts = node === null ? null : { name, status: node.status, role: node.role, short: shortNode(node), text: '' }
  const groups =
    facts === null
      ? [{ title: '', actions: clientActions(name) }]
      : nodeActions(name, facts.status, disk, failoverActions(facts))
  return (
    <ActorActs
      session={session}
      name={name}
      groups={groups}
      form={node === null ? ClientBar : null}
      formLabel={`A command, beside the facts of ${name}`}
    />
  )
}
