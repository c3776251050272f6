import type { Status } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import { adjust, type Clock, trueClock } from './clock.ts'
import { diskAfter, type SimAct } from './faults.ts'
import type { Plan } from './plan.ts'
import type { DiskCondition } from './storage.ts'

/** How every actor is doing. Only acts change it; replaced as a whole, so that a checkpoint keeps a pointer. */
export interface ConditionsRecord<P extends Protocol> {
  readonly statuses: readonly Status[]
  readonly clocks: readonly Clock[]
  readonly disks: readonly DiskCondition[]
  readonly configs: readonly P['config'][]
}

/** Status, clock, disk behaviour and configuration of every actor. */
export class Conditions<P extends Protocol> {
  record: ConditionsRecord<P>

  constructor({ actors, disk }: Plan<P>) {
    const each = <T>(value: T) => new Array<T>(actors.length).fill(value)
    const configs = actors.map(({ config }) => config)
    this.record = { statuses: each<Status>('up'), clocks: each(trueClock), disks: each(disk), configs }
  }

  status(actor: number): Status {
    return this.record.statuses[actor]!
  }

  setStatus(actor: number, status: Status): void {
    this.record = { ...this.record, statuses: this.record.statuses.with(actor, status) }
  }

  clock(actor: number): Clock {
    return this.record.clocks[actor]!
  }

  /** Jumps by `skewUs`; `ppm` null keeps the drift. */
  adjustClock(actor: number, now: number, skewUs: number, ppm: number | null): void {
    const clock = this.clock(actor)
    const changed = adjust(clock, now, skewUs, ppm ?? clock.ppm)
    this.record = { ...this.record, clocks: this.record.clocks.with(actor, changed) }
  }

  disk(actor: number): DiskCondition {
    return this.record.disks[actor]!
  }

  changeDisk(act: Extract<SimAct<P>, { kind: 'disk' }>): void {
    const disk = diskAfter(this.disk(act.actor), act)
    this.record = { ...this.record, disks: this.record.disks.with(act.actor, disk) }
  }

  config(actor: number): P['config'] {
    return this.record.configs[actor]
  }

  setConfigs(configs: readonly P['config'][]): void {
    this.record = { ...this.record, configs }
  }
}

/** Why the act is impossible now, or null. `name` names actors; `flies` knows messages in flight. */
export function refusalOf<P extends Protocol>(
  act: SimAct<P>,
  status: (actor: number) => Status,
  name: (actor: number) => string,
  flies: (message: number) => boolean,
): string | null {
  switch (act.kind) {
    case 'drop':
    case 'delay':
    case 'duplicate':
      return flies(act.message) ? null : `m${act.message} is not in flight now`
    case 'kill':
      return status(act.actor) === 'down' ? `${name(act.actor)} is down already` : null
    case 'restart':
      return status(act.actor) === 'down' ? null : `${name(act.actor)} is running`
    case 'pause':
      return status(act.actor) === 'up' ? null : `${name(act.actor)} is not running`
    case 'resume':
      return status(act.actor) === 'paused' ? null : `${name(act.actor)} is not paused`
    case 'command':
      return status(act.actor) === 'up' ? null : `${name(act.actor)} is ${status(act.actor)}`
    default:
      return null
  }
}
