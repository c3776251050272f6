import type { Status } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import { type Clock, trueClock } from './clock.ts'
import type { SimAct } from './faults.ts'
import type { Plan } from './plan.ts'
import type { DiskCondition } from './storage.ts'

/** What only acts change. Replaced as a whole, so that a checkpoint keeps a pointer. */
export interface Circumstances<P extends Protocol> {
  readonly clocks: readonly Clock[]
  readonly disks: readonly DiskCondition[]
  readonly statuses: readonly Status[]
  readonly configs: readonly P['config'][]
}

export function firstCircumstances<P extends Protocol>(plan: Plan<P>): Circumstances<P> {
  const count = plan.actors.length
  return {
    clocks: new Array<Clock>(count).fill(trueClock),
    disks: new Array<DiskCondition>(count).fill(plan.disk),
    statuses: new Array<Status>(count).fill('up'),
    configs: plan.actors.map((actor) => actor.config),
  }
}

/** Why the act is impossible under these circumstances, or null. `name` names actors; `flies` knows messages in flight. */
export function refusalOf<P extends Protocol>(
  act: SimAct<P>,
  { statuses }: Circumstances<P>,
  name: (actor: number) => string,
  flies: (message: number) => boolean,
): string | null {
  switch (act.kind) {
    case 'drop':
    case 'delay':
    case 'duplicate':
      return flies(act.message) ? null : `m${act.message} is not in flight now`
    case 'kill':
      return statuses[act.actor] === 'down' ? `${name(act.actor)} is down already` : null
    case 'restart':
      return statuses[act.actor] === 'down' ? null : `${name(act.actor)} is running`
    case 'pause':
      return statuses[act.actor] === 'up' ? null : `${name(act.actor)} is not running`
    case 'resume':
      return statuses[act.actor] === 'paused' ? null : `${name(act.actor)} is not paused`
    case 'command':
      return statuses[act.actor] === 'up' ? null : `${name(act.actor)} is ${statuses[act.actor]}`
    default:
      return null
  }
}
