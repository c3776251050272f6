import { AssertionError, assert } from '../../base/assert.ts'
import type { Machine } from '../../machine/machine.ts'
import { bootClient, stepClient } from './client/machine.ts'
import { CLIENT_TIMERS } from './client/types.ts'
import { hashState } from './hash.ts'
import { lastWords, refuse } from './last-words.ts'
import { bootNode, stepNode } from './node.ts'
import type { Options } from './options.ts'
import { type ClusterProtocol, NODE_TIMERS, type NodeConfig, type NodeState } from './state.ts'

/** Redis Cluster as a runtime sees it: nodes and clients are actors of the same world. */
export const clusterMachine: Machine<ClusterProtocol> = {
  timers: [...NODE_TIMERS, ...CLIENT_TIMERS],

  boot(config, durable, env) {
    if (config.kind === 'client') return bootClient(config, env)
    if (durable?.kind === 'client') throw new AssertionError('a node starts from the disk of a node')
    return bootNode(config, durable, env)
  },

  step(state, input, env) {
    return state.kind === 'client' ? stepClient(state, input, env) : stepNode(state, input, env)
  },

  reconfigure(state, config) {
    assert(state.config.self === config.self, 'a configuration of another actor')
    if (state.kind === 'client') {
      assert(config.kind === 'client', 'a client needs the configuration of a client')
      return { ...state, config }
    }
    assert(config.kind === 'node', 'a node needs the configuration of a node')
    return reconfigured(state, config)
  },

  // nodes.conf is written beside the old one and renamed: one of the two is there.
  tear: (before, after, entropy) => ((entropy & 1) === 0 ? before : after),

  lastWords,
  refuse,
  hash: hashState,
}

/** What CONFIG SET changed meanwhile stays, except where the new configuration differs from the old one. */
function reconfigured(state: NodeState, config: NodeConfig): NodeState {
  const before = state.config.options
  const changed: Partial<Record<keyof Options, Options[keyof Options]>> = {}
  for (const name of Object.keys(config.options) as (keyof Options)[]) {
    if (config.options[name] !== before[name]) changed[name] = config.options[name]
  }
  return { ...state, config, options: { ...state.options, ...changed } as Options }
}
