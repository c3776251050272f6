import { useState } from 'react'
import type { LabSession } from '../engine/client/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { partition } from './actions.ts'
import { runAction } from './menus.ts'

export interface PartitionDialogProps {
  readonly session: LabSession
  readonly nodes: readonly string[]
  readonly onClose: () => void
  /** Shows the groups on the stage while they are chosen. */
  readonly onPreview: (groups: readonly (readonly string[])[]) => void
}

const GROUPS = ['A', 'B', 'C'] as const
type Group = (typeof GROUPS)[number]

/** A partition without dragging: each node belongs to a group. */
export function PartitionDialog({ session, nodes, onClose, onPreview }: PartitionDialogProps) {
  const minority = Math.floor((nodes.length - 1) / 2)
  const [chosen, setChosen] = useState<ReadonlyMap<string, Group>>(
    () => new Map(nodes.map((node, index) => [node, index < minority ? 'A' : 'B'])),
  )
  const groupsOf = (map: ReadonlyMap<string, Group>) =>
    GROUPS.map((group) => nodes.filter((node) => map.get(node) === group)).filter((group) => group.length > 0)
  const groups = groupsOf(chosen)
  const action = partition(groups)
  const choose = (node: string, group: Group) => {
    const next = new Map(chosen).set(node, group)
    setChosen(next)
    onPreview(groupsOf(next))
  }
  return (
    <Dialog open title="Partition the network" onClose={onClose}>
      <form
        className="rs-partition"
        onSubmit={(event) => {
          event.preventDefault()
          runAction(session, action)
          onClose()
        }}
      >
        <p>Nodes of different groups cannot hear each other. Clients reach everybody.</p>
        <div className="rs-partition-nodes">
          {nodes.map((node) => (
            <fieldset key={node}>
              <legend>{node}</legend>
              {GROUPS.map((group) => (
                <label key={group}>
                  <input
                    type="radio"
                    name={`group-${node}`}
                    checked={chosen.get(node) === group}
                    onChange={() => choose(node, group)}
                  />
                  {group}
                </label>
              ))}
            </fieldset>
          ))}
        </div>
        <code className="rs-verb">{groups.length < 2 ? 'two groups at least' : action.verb}</code>
        <div>
          <Button type="submit" look="accent" disabled={groups.length < 2}>
            Partition
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
