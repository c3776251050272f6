import { assert } from '../../base/assert.ts'
import type { Machine } from '../../machine/machine.ts'
import { bootClient, stepClient } from './client.ts'
import { hashState } from './hash.ts'
import { bootNode, stepNode } from './node.ts'
import { tearDurable } from './tear.ts'
import { type RaftProtocol, TIMERS } from './types.ts'

/** Raft as a runtime sees it: nodes and clients are actors of the same world. */
export const raftMachine: Machine<RaftProtocol> = {
  timers: TIMERS,

  boot(config, durable, env) {
    return config.kind === 'client' ? bootClient(config, env) : bootNode(config, durable, env)
  },

  step(state, input, env) {
    return state.kind === 'client' ? stepClient(state, input, env) : stepNode(state, input, env)
  },

  reconfigure(state, config) {
    assert(state.config.self === config.self, 'a configuration of another actor')
    if (state.kind === 'client') {
      assert(config.kind === 'client', 'a client needs the configuration of a client')
      return { ...state, config, target: state.target % config.servers.length }
    }
    assert(config.kind === 'node', 'a node needs the configuration of a node')
    assert(config.peers.length === state.config.peers.length, 'the voters do not change this way')
    return { ...state, config }
  },

  tear: tearDurable,

  hash: hashState,
}
