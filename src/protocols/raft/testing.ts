import { AppendList } from '../../base/append-list.ts'
import { type Micros, micros, type NodeId, nodeId, type RequestId, requestId } from '../../base/brand.ts'
import { Violation } from '../../machine/invariant.ts'
import type { Env } from '../../machine/machine.ts'
import { Puppets } from '../../machine/script.ts'
import { defaultNodeConfig, type NodeConfig } from './config.ts'
import { type RaftInvariant, raftInvariants } from './invariants.ts'
import { EMPTY_KV } from './kv.ts'
import { raftMachine } from './machine.ts'
import type {
  Candidate,
  Durable,
  Effect,
  Entry,
  Input,
  Leader,
  Message,
  NodeState,
  Operation,
  PeerMessage,
  RaftProtocol,
  Term,
  Timer,
} from './types.ts'

/** What the tests of this folder share: short ways to put a node into a situation and to read what it did. */

export const N1 = nodeId('n1')
export const N2 = nodeId('n2')
export const N3 = nodeId('n3')
export const C1 = nodeId('c1')

export function names(count: number): readonly NodeId[] {
  return Array.from({ length: count }, (_, at) => nodeId(`n${at + 1}`))
}

/** Raft as in the paper: without PreVote, CheckQuorum and compaction, unless `over` says otherwise. */
export function paperConfig(self: NodeId, count: number, over: Partial<NodeConfig> = {}): NodeConfig {
  const plain = { preVote: false, checkQuorum: false, snapshotThreshold: 0 }
  return { ...defaultNodeConfig(self, names(count)), ...plain, ...over }
}

/** An entry that appends its own position to the key `log`, so that the order of applying can be read. */
export function entry(term: Term, index: number): Entry {
  const operation: Operation = { op: 'append', key: 'log', value: `${index};` }
  const request = requestId(`t:${term}.${index}`)
  return { term, index, proposal: { client: nodeId('t'), request, session: 't', sequence: index, operation } }
}

/** Entries of these terms, the first at `start`. */
export function entries(terms: readonly Term[], start = 1): readonly Entry[] {
  return terms.map((term, at) => entry(term, start + at))
}

/** A disk with a log of these terms; the term is the last of them unless given. */
export function disk(terms: readonly Term[], over: Partial<Durable> = {}): Durable {
  const snapshot = { index: 0, term: 0, data: EMPTY_KV }
  return { term: terms.at(-1) ?? 0, votedFor: null, log: AppendList.from(entries(terms), 1), snapshot, ...over }
}

export function env(over: Partial<Env> = {}): Env {
  return { self: N1, now: micros(0), entropy: 0x8000_0000, ...over }
}

/** A node after boot from `durable`. */
export function boot(config: NodeConfig, durable: Durable | null = null): NodeState {
  return raftMachine.boot(config, durable, env({ self: config.self })).state as NodeState
}

export interface Step {
  readonly state: NodeState
  readonly effects: readonly Effect[]
}

export function step(state: NodeState, input: Input, over: Partial<Env> = {}): Step {
  return raftMachine.step(state, input, env({ self: state.config.self, ...over })) as Step
}

export function receive(state: NodeState, from: NodeId, message: Message, now = 0): Step {
  return step(state, { kind: 'message', from, message }, { now: micros(now) })
}

export function fire(state: NodeState, timer: Timer, now = 0): Step {
  return step(state, { kind: 'timer', timer }, { now: micros(now) })
}

export interface Sent {
  readonly to: NodeId
  readonly message: Message
}

/** Every message of the list, in order. */
export function sends(effects: readonly Effect[]): readonly Sent[] {
  return effects.flatMap((effect) => (effect.kind === 'send' ? [{ to: effect.to, message: effect.message }] : []))
}

/** The messages of one kind. */
export function sendsOf<K extends Message['kind']>(
  effects: readonly Effect[],
  kind: K,
): readonly { readonly to: NodeId; readonly message: Extract<Message, { kind: K }> }[] {
  return sends(effects).flatMap(({ to, message }) =>
    message.kind === kind ? [{ to, message: message as Extract<Message, { kind: K }> }] : [],
  )
}

/** The messages that wait for `durable` to be on disk. */
export function behindBarrier(effects: readonly Effect[], durable: Durable): readonly Sent[] {
  const at = effects.findIndex((effect) => effect.kind === 'persist' && effect.durable === durable)
  return at < 0 ? [] : sends(effects.slice(at))
}

export function notes(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === 'note' ? [`${effect.note.kind} ${effect.note.value}`] : []))
}

/** Hands the node what it sent to itself, as a runtime does when its disk is done. */
export function hearItself(from: Step): Step {
  let { state } = from
  const effects = [...from.effects]
  for (const { to, message } of sends(from.effects)) {
    if (to !== state.config.self) continue
    const next = hearItself(receive(state, to, message))
    state = next.state
    effects.push(...next.effects)
  }
  return { state, effects }
}

/** A candidate one term above `durable` whose own vote is durable. Only for clusters of more than one. */
export function candidate(config: NodeConfig, durable: Durable | null = null): Candidate {
  return hearItself(fire(boot(config, durable), 'election')).state as Candidate
}

/** A leader elected by everybody, before any follower answered; its own log is durable. */
export function leader(config: NodeConfig, durable: Durable | null = null): Leader {
  let now = hearItself(fire(boot(config, durable), 'election'))
  const { term } = now.state.durable
  for (const peer of config.peers) {
    if (peer === config.self || now.state.kind === 'leader') continue
    now = hearItself(receive(now.state, peer, { kind: 'MsgVoteResp', term, reject: false }))
  }
  return now.state as Leader
}

export function granted(term: Term): PeerMessage {
  return { kind: 'MsgVoteResp', term, reject: false }
}

export function refused(term: Term): PeerMessage {
  return { kind: 'MsgVoteResp', term, reject: true }
}

export function accepted(term: Term, index: number): PeerMessage {
  return { kind: 'MsgAppResp', term, index, reject: false, rejectHint: 0, logTerm: 0 }
}

export function append(term: Term, index: number, logTerm: Term, list: readonly Entry[] = [], commit = 0): PeerMessage {
  return { kind: 'MsgApp', term, index, logTerm, entries: list, commit }
}

let requests = 0

export function put(key: string, value: string, client = C1): Message {
  const operation = { op: 'put', key, value } as const
  requests++
  return {
    kind: 'MsgClientRequest',
    request: `${client}:${requests}` as RequestId,
    session: client,
    sequence: requests,
    operation,
  }
}

export function termsOf(state: NodeState): readonly Term[] {
  return [...state.durable.log].map((it) => it.term)
}

/** A world of `count` nodes that have started and said nothing yet. */
export function puppets(
  count: number,
  over: Partial<NodeConfig> = {},
  disks: Readonly<Record<string, Durable>> = {},
): Puppets<RaftProtocol> {
  const world = new Puppets(raftMachine)
  for (const name of names(count)) world.start(name, paperConfig(name, count, over), disks[name] ?? null)
  return world
}

export function nodeIn(world: Puppets<RaftProtocol>, name: NodeId): NodeState {
  const state = world.state(name)
  if (state.kind === 'client') throw new Error(`${name} is a client`)
  return state
}

/** A judge objects. */
export class BrokenRule extends Error {
  constructor(
    readonly rule: string,
    explanation: string,
  ) {
    super(`${rule}: ${explanation}`)
  }
}

/** From now on every judge looks at every event, and throws {@link BrokenRule}. */
export function appointJudges(world: Puppets<RaftProtocol>): void {
  const view = world.world()
  const bench = (raftInvariants as readonly RaftInvariant<unknown>[]).map((judge) => ({
    judge,
    memory: judge.init(view),
  }))
  world.watch((event) => {
    for (const seat of bench) {
      const verdict = seat.judge.step(seat.memory, view, event)
      if (verdict instanceof Violation) throw new BrokenRule(seat.judge.id, verdict.explanation)
      seat.memory = verdict
    }
  })
}

export const ms = (value: number): Micros => micros(value * 1000)
