import { unreachable } from '../../base/assert.ts'
import type { Micros, NodeId } from '../../base/brand.ts'
import { again, below, between } from '../../base/prng.ts'
import type { Env } from '../../machine/machine.ts'
import { type ClientConfig, QUEUE_MAX, REDIRECTS_MAX } from './config.ts'
import { note, type Out, send } from './effects.ts'
import type { Client, Input, MsgClientReply, OpenOperation, QueuedOperation, Result, Transition } from './types.ts'

/**
 * A client: one open operation at a time, sent to the server that it believes to lead, again after a timeout, until
 * an answer comes or it gives up. Retries are safe, because session and sequence number travel with the command.
 */

export function bootClient(config: ClientConfig, env: Env): Transition {
  const state: Client = {
    kind: 'client',
    config,
    session: `${config.self}-${env.entropy.toString(36)}`,
    sequence: 0,
    target: below(again(env.entropy, 0), config.servers.length),
    open: null,
    queue: [],
  }
  return { state, effects: [] }
}

export function stepClient(state: Client, input: Input, env: Env): Transition {
  const out: Out = []
  return { state: receive(state, input, env, out), effects: out }
}

function receive(state: Client, input: Input, env: Env, out: Out): Client {
  switch (input.kind) {
    case 'command': {
      const { command, request } = input
      if ('op' in command) return onOperation(state, { request, operation: command }, env, out)
      out.push({ kind: 'reply', request, result: { kind: 'refused', reason: 'only nodes campaign' } })
      return state
    }
    case 'message':
      return input.message.kind === 'MsgClientReply' ? onReply(state, input.from, input.message, env, out) : state
    case 'timer':
      return input.timer === 'retry' ? onRetry(state, env, out) : state
    default:
      return unreachable(input)
  }
}

function onOperation(state: Client, asked: QueuedOperation, env: Env, out: Out): Client {
  if (state.open === null) return start(state, asked, env, out)
  if (state.queue.length < QUEUE_MAX) return { ...state, queue: [...state.queue, asked] }
  const reason = `more than ${QUEUE_MAX} operations wait in ${state.config.self}`
  out.push({ kind: 'reply', request: asked.request, result: { kind: 'refused', reason } })
  return state
}

function start(state: Client, asked: QueuedOperation, env: Env, out: Out): Client {
  const sequence = state.sequence + 1
  const { request: id, operation } = asked
  const open = { request: id, operation, sequence, startedAt: env.now, attempts: 0, redirects: 0 }
  return request(withOpen(state, sequence, open, state.queue), open, env, out)
}

/** Built field by field: every operation passes here twice. */
function withOpen(
  { config, session, target }: Client,
  sequence: number,
  open: OpenOperation | null,
  queue: Client['queue'],
): Client {
  return { kind: 'client', config, session, sequence, target, open, queue }
}

/** Sends the open operation to the target and waits for an answer, longer after each attempt. */
function request(state: Client, open: OpenOperation, env: Env, out: Out): Client {
  const { servers, requestTimeout } = state.config
  const { request, sequence, operation } = open
  send(out, servers[state.target]!, { kind: 'MsgClientRequest', request, session: state.session, sequence, operation })
  arm(out, doubled(requestTimeout, open.attempts, state.config.giveUpAfter), env)
  return state
}

/** `base` doubled `times` times, at most `most`. */
function doubled(base: number, times: number, most: number): number {
  return Math.min(base * (1 << Math.min(times, 20)), Math.max(base, most))
}

/** A quarter of jitter, so that clients that failed together do not come back together. */
function arm(out: Out, wait: number, env: Env): void {
  const least = wait - Math.floor(wait / 4)
  out.push({ kind: 'set-timer', timer: 'retry', after: between(env.entropy, least, wait) as Micros })
}

function onReply(state: Client, from: NodeId, message: MsgClientReply, env: Env, out: Out): Client {
  const { open } = state
  if (open === null || message.request !== open.request) return state
  switch (message.result.kind) {
    case 'ok':
      return finish(aimedAt(state, from), message.result, env, out)
    case 'redirect':
      // Only the answer of the present target counts: an older one may point back.
      if (from !== state.config.servers[state.target]) return state
      return redirected(state, open, message.result.leader, env, out)
    case 'busy':
      return pause(state, open, env, out)
    default:
      return unreachable(message.result)
  }
}

function aimedAt(state: Client, server: NodeId): Client {
  const target = state.config.servers.indexOf(server)
  return target < 0 || target === state.target ? state : { ...state, target }
}

function redirected(state: Client, open: OpenOperation, leader: NodeId | null, env: Env, out: Out): Client {
  const known = leader !== null && state.config.servers.includes(leader)
  if (!known || open.redirects >= REDIRECTS_MAX) return pause(state, open, env, out)
  note(out, 'client-redirected', open.sequence)
  const next = { ...open, redirects: open.redirects + 1 }
  return request({ ...aimedAt(state, leader), open: next }, next, env, out)
}

/** Nobody leads, or the leader is full: wait before the next attempt. */
function pause(state: Client, open: OpenOperation, env: Env, out: Out): Client {
  const { low, high } = state.config.backoff
  arm(out, doubled(low, open.attempts, high), env)
  return state
}

/** No answer in time, or the pause is over: the next server, until the operation has taken too long. */
function onRetry(state: Client, env: Env, out: Out): Client {
  const { open, config } = state
  if (open === null) return state
  if (env.now - open.startedAt >= config.giveUpAfter) {
    note(out, 'client-gave-up', open.sequence)
    return finish(state, { kind: 'unknown' }, env, out)
  }
  const next = { ...open, attempts: open.attempts + 1, redirects: 0 }
  note(out, 'client-retried', next.attempts)
  const target = (state.target + 1) % config.servers.length
  return request({ ...state, target, open: next }, next, env, out)
}

function finish(state: Client, result: Result, env: Env, out: Out): Client {
  if (state.open !== null) out.push({ kind: 'reply', request: state.open.request, result })
  const next = state.queue[0]
  if (next !== undefined) return start(withOpen(state, state.sequence, null, state.queue.slice(1)), next, env, out)
  out.push({ kind: 'clear-timer', timer: 'retry' })
  return withOpen(state, state.sequence, null, state.queue)
}
