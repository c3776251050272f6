import { Registry } from '../base/registry.ts'
import type { Lab } from '../engine/lab.ts'
import { clusterLab } from '../labs/cluster/world.ts'
import { floatingLab } from '../labs/floating/world.ts'
import { flowLab } from '../labs/flow/world.ts'
import { raftLab } from '../labs/raft/world.ts'
import type { Protocol } from '../machine/machine.ts'

/**
 * A lab whose protocol nobody here needs to know. Sound as long as a lab's parts meet only each other: its machines get
 * the messages of its machines, its judges the worlds of its plan.
 */
const known = <P extends Protocol, View>(lab: Lab<P, View>) => lab as unknown as Lab<Protocol>

/** The labs that have a world, one line each. (The registry of `labs/` is that of the page: views, no worlds.) */
export const labs = new Registry<Lab<Protocol>>([known(raftLab), known(clusterLab), known(floatingLab), known(flowLab)])

export const labNames: readonly string[] = labs.all().map(({ id }) => id)
