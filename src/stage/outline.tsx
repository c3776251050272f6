import type { LabSession } from '../engine/client/session.ts'
import { ActionButton } from './action-bar.tsx'
import { type ActionGroup, nodeActions } from './actions.ts'
import type { WorkshopKit } from './kit.ts'
import { type Cast, useClient, useDisk, useNode } from './stage-hooks.ts'

export interface OutlineProps {
  readonly kit: WorkshopKit
  readonly session: LabSession
  readonly allow: readonly string[] | null
  readonly cast: Cast
  /** Shown as a list on the screen; else only for readers. */
  readonly open: boolean
  /** The text of actor `n1` has the id `PREFIX-n1`: the picture's marks are described by it. */
  readonly idPrefix: string
}

/** The stage as a list: every actor with its state and its acts, for those who do not see or do not point. */
export function Outline({ cast, open, ...rest }: OutlineProps) {
  return (
    <section className={open ? 'rs-outline' : 'b-hidden'} aria-label="Nodes and clients as a list">
      <ul>
        {cast.names.map((name, actor) =>
          cast.roles[actor] === 'node' ? (
            <NodeItem key={name} name={name} open={open} {...rest} />
          ) : (
            <ClientItem key={name} name={name} open={open} {...rest} />
          ),
        )}
      </ul>
    </section>
  )
}

interface ItemProps extends Omit<OutlineProps, 'cast'> {
  readonly name: string
}

function NodeItem(props: ItemProps) {
  const node = useNode(props.kit, props.session, props.name)
  const disk = useDisk(props.session, props.name)
  if (node === null) return null
  return (
    <Item
      {...props}
      text={node.text}
      groups={props.open ? nodeActions(node.name, node.status, disk, props.kit.nodeActions(node)) : []}
    />
  )
}

function ClientItem(props: ItemProps) {
  const client = useClient(props.kit, props.session, props.name)
  if (client === null) return null
  return (
    <Item
      {...props}
      text={client}
      groups={props.open ? [{ title: '', actions: props.kit.clientActions(props.name) }] : []}
    />
  )
}

function Item({
  session,
  allow,
  name,
  idPrefix,
  text,
  groups,
}: Omit<ItemProps, 'kit'> & { readonly text: string; readonly groups: readonly ActionGroup[] }) {
  return (
    <li>
      <strong>{name}</strong>
      <p id={`${idPrefix}-${name}`}>{text}</p>
      {groups.length > 0 && (
        <div className="rs-outline-acts">
          {groups.map(({ title, actions }) => {
            const buttons = actions.map((action) => (
              <ActionButton key={action.verb} session={session} allow={allow} action={action} withKey={false} />
            ))
            if (title === '') return buttons
            return (
              <details key={title}>
                <summary>{title}</summary>
                {buttons}
              </details>
            )
          })}
        </div>
      )}
    </li>
  )
}
