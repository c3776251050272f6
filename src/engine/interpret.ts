import { assert } from '../base/assert.ts'
import type { NodeId } from '../base/brand.ts'
import {
  clockArgs,
  delayArg,
  diskArgs,
  groupsArg,
  isolateArgs,
  type LinkArgs,
  linkArgs,
  messageArg,
  nodeArg,
  valueArg,
} from '../experiment/common.ts'
import type { Act, Settings } from '../experiment/types.ts'
import type { Protocol } from '../machine/machine.ts'
import type { SimAct } from '../sim/faults.ts'
import { HEARD_BY_NOBODY, HEARS_NOBODY, type LinkCondition } from '../sim/network.ts'
import type { Simulation } from '../sim/simulation.ts'

const SET = 'set-'

/** What the verbs that all labs share do to a world. `configs` gives the configurations after a change of settings. */
export function interpret<P extends Protocol>(
  act: Act,
  world: Simulation<P>,
  configs: (change: Settings) => readonly P['config'][],
): readonly SimAct<P>[] {
  const { id, args } = act
  const number = (name: NodeId): number => {
    const actor = world.indexOf(name)
    assert(actor >= 0, 'an actor that the language knows')
    return actor
  }
  if (id.startsWith(SET)) return [{ kind: 'reconfigure', configs: configs({ [id.slice(SET.length)]: valueArg(args) }) }]
  switch (id) {
    case 'kill':
    case 'restart':
    case 'pause':
    case 'resume':
      return [{ kind: id, actor: number(nodeArg(args)) }]
    case 'partition':
      return [{ kind: 'partition', groups: groupsArg(args).map((group) => group.map(number)) }]
    case 'heal':
      return [{ kind: 'heal' }]
    case 'isolate': {
      const { actor, way } = isolateArgs(args)
      const bits = { in: HEARS_NOBODY, out: HEARD_BY_NOBODY, both: HEARS_NOBODY | HEARD_BY_NOBODY }[way]
      return [{ kind: 'isolate', actor: number(actor), bits }]
    }
    case 'link': {
      const given = linkArgs(args)
      const { from, to, both } = given.direction
      const pairs = { from: from === null ? null : number(from), to: to === null ? null : number(to), both }
      return [{ kind: 'link', pairs, change: given.reset ? 'reset' : linkChange(given) }]
    }
    case 'clock': {
      const { node, skewUs, driftPpm } = clockArgs(args)
      return [{ kind: 'clock', actor: number(node), skewUs, ppm: driftPpm }]
    }
    case 'disk': {
      const { node, latencyUs, stalled, onCrash } = diskArgs(args)
      return [{ kind: 'disk', actor: number(node), latencyUs, stalled, onCrash }]
    }
    case 'drop':
    case 'duplicate':
      return [{ kind: id, message: messageArg(args) }]
    case 'delay':
      return [{ kind: 'delay', message: messageArg(args), byUs: delayArg(args) }]
    case 'note':
      return [{ kind: 'nothing' }]
    default:
      assert(false, 'an act that the language knows')
      return []
  }
}

function linkChange(given: LinkArgs): Partial<LinkCondition> {
  return {
    ...(given.delayUs === null ? {} : { delayUs: given.delayUs }),
    ...(given.lossPermille === null ? {} : { lossPermille: given.lossPermille }),
    ...(given.duplicatePermille === null ? {} : { duplicatePermille: given.duplicatePermille }),
    ...(given.reorderPermille === null ? {} : { reorderPermille: given.reorderPermille }),
    ...(given.cut ? { cut: true } : {}),
    ...(given.clog ? { clog: true } : {}),
    ...(given.open ? { cut: false, clog: false } : {}),
  }
}
