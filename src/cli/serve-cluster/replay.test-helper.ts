import { readdirSync, readFileSync } from 'node:fs'
import { assert } from '../../base/assert.ts'
import { micros, type NodeId, nodeId } from '../../base/brand.ts'
import { between } from '../../base/prng.ts'
import { Host } from '../../live/host.ts'
import { VirtualTime } from '../../live/scheduler.ts'
import { clusterOf, type Shape } from '../../protocols/cluster/initial.ts'
import { clusterMachine } from '../../protocols/cluster/machine.ts'
import type { Message } from '../../protocols/cluster/messages.ts'
import type { NoteKind } from '../../protocols/cluster/notes.ts'
import { DEFAULT_OPTIONS, type Options } from '../../protocols/cluster/options.ts'
import type { Reply } from '../../protocols/cluster/reply.ts'
import type { ClusterProtocol, NodeConfig } from '../../protocols/cluster/state.ts'
import { type Canonical, canonical, type Mentioned } from './canonical.test-helper.ts'
import { withOption } from './shape.ts'
import { atCut, Wires } from './wires.ts'

/**
 * Scripts that were typed to real nodes, with every reply that five recordings of them had. Nodes are called M1, R1, X1;
 * `M1.t` is a named connection to M1. `$M1.id`, `.host`, `.port`, `.cport` and `.addr` stand in commands and patterns.
 */
export interface Transcript {
  readonly file: string
  readonly cluster: RecordedCluster
  readonly steps: readonly Step[]
}

interface RecordedCluster extends Shape {
  readonly title: string
  /** `many`: node number k has the address 127.0.0.(11 + k). */
  readonly hosts: 'one' | 'many'
  readonly options: Readonly<Record<string, string>>
}

type Step =
  | { readonly say: readonly string[]; readonly at: string; readonly accept: readonly Canonical[] }
  /** Sends without waiting for the reply. */
  | { readonly send: readonly string[]; readonly at: string }
  /** The next reply on a connection; `silent`: none comes within the limit. */
  | { readonly receive: string; readonly limitMs: number; readonly accept: readonly Canonical[] }
  | { readonly receive: string; readonly limitMs: number; readonly silent: true }
  /** Asks until the reply matches; `tookMs`: least and greatest time of the recordings, `held`: did it ever match? */
  | {
      readonly until: string
      readonly ask: readonly string[]
      readonly at: string
      readonly limitMs: number
      readonly tookMs: readonly [number, number]
      readonly held: readonly boolean[]
    }
  | { readonly sleepMs: number }
  | { readonly signal: 'STOP' | 'CONT' | 'KILL'; readonly node: string }
  | { readonly restart: string }
  | { readonly partition: readonly (readonly string[])[] }
  | { readonly heal: true }
  | { readonly close: string }
  /** What the log of the node said in every recording, as kinds of notes; `a|b`: one of them. */
  | { readonly notes: readonly string[]; readonly node: string }

const FOLDER = new URL('../../protocols/cluster/testdata/transcripts/', import.meta.url)

/** All transcripts, ordered by their numbers. */
export function readTranscripts(): Transcript[] {
  const files = readdirSync(FOLDER).sort()
  return files.map((file) => {
    const lines = readFileSync(new URL(file, FOLDER), 'utf8').trim().split('\n')
    const [cluster, ...steps] = lines.map((line) => JSON.parse(line))
    return { file: file.replace('.jsonl', ''), cluster, steps }
  })
}

/** What a step of a transcript gave here. */
export interface Outcome {
  /** Line of the step in its file, from 1. */
  readonly line: number
  readonly kind: 'reply' | 'until' | 'notes'
  readonly at: string
  readonly what: string
  readonly equal: boolean
  readonly wanted: string
  readonly got: string
}

// ---- The world of a transcript ------------------------------------------------------------------------------------

/** Some Unix time: the nodes print absolute times. */
const EPOCH_MS = 1_700_000_000_000
/** When the recordings began, after the start of their servers: the first PING of replication had been sent. */
const BEGIN_MS = 16_000
/** Nodes that are no cluster yet were recorded soon after their start. */
const BEGIN_ALONE_MS = 1000
/** The first PING of replication, which comes with the first cron, finds no replica. */
const REPLICAS_LATER_MS = 100
const REPLY_MAX_MS = 15_000
const POLL_MS = 10
/** Between two lines of a script. */
const BREATH_US = 400
/** How long the acts of the recordings took: a firewall that gets its rules, and loses them one by one; a server's start. */
const PARTITION_MS = 45
const HEAL_MS = 55
const RESTART_MS = 20
const KILL_MS = 4
const US = 1000

interface Heard {
  readonly reply: Reply
  readonly resp: 2 | 3
}

interface Line {
  readonly actor: NodeId
  readonly node: NodeId
  number: number
  open: boolean
  readonly heard: Heard[]
}

/** The nodes of a transcript in virtual time, and what is said to them. */
class Stage {
  readonly time = new VirtualTime()
  readonly host: Host<ClusterProtocol>
  readonly nodes: readonly NodeConfig[]
  private readonly wires = new Wires(() => this.time.now())
  private groups: readonly (readonly string[])[] = []
  private readonly lines = new Map<string, Line>()
  private readonly notes = new Map<NodeId, Set<NoteKind>>()

  constructor(cluster: RecordedCluster, seed: number) {
    const place = (at: number) => ({
      ip: cluster.hosts === 'one' ? '127.0.0.1' : `127.0.0.${11 + at}`,
      port: 7001 + at,
    })
    this.nodes = clusterOf(cluster, place, optionsOf(cluster.options), EPOCH_MS)
    this.host = new Host(clusterMachine, this.time, {
      seed,
      delayUs: (from, to, entropy, message) => this.wires.delayUs(from, to, between(entropy, 30, 120), message),
      atCut,
      diskUs: 0,
      onNote: (actor, { kind }) => this.notes.set(actor, (this.notes.get(actor) ?? new Set()).add(kind)),
    })
    const [masters, replicas] = [this.nodes.slice(0, cluster.masters), this.nodes.slice(cluster.masters)]
    for (const config of masters) this.host.add(config.self, config)
    this.sleep(REPLICAS_LATER_MS)
    for (const config of replicas) this.host.add(config.self, config)
    this.sleep(cluster.assign ? BEGIN_MS : BEGIN_ALONE_MS)
  }

  get mentioned(): Mentioned[] {
    return this.nodes.map(({ self, id, ip, port }) => ({ name: self, id, ip, port }))
  }

  sleep(ms: number): void {
    this.time.runUntil(micros(this.time.now() + Math.round(ms * US)))
  }

  partition(groups: readonly (readonly string[])[]): void {
    this.groups = groups
    this.host.partition(groups.map((group) => group.map(nodeId)))
  }

  /** One node after the other. */
  heal(): void {
    const [first = [], ...rest] = this.groups
    const count = rest.flat().length
    for (let healed = 1; healed <= count; healed++) {
      this.host.partition([first, rest.flat().slice(healed)].map((group) => group.map(nodeId)))
      this.sleep(HEAL_MS / count)
    }
    this.host.heal()
  }

  /** `$M1.port` and its like, replaced. */
  fill(text: string): string {
    return text.replace(/\$([A-Z]\d+)\.(\w+)/g, (whole, name, field) => {
      const node = this.nodes.find(({ self }) => self === name)
      if (node === undefined) return whole
      const { id, ip, port, busPort } = node
      return String({ id, host: ip, port, cport: busPort, addr: `${ip}:${port}` }[field as 'id'] ?? whole)
    })
  }

  /** Sends a command on the connection `at`, which is opened if need be. */
  send(at: string, command: readonly string[]): void {
    const line = this.line(at)
    if (!line.open) {
      line.number++
      line.open = true
      line.heard.length = 0
    }
    const commands = [command.map((word) => this.fill(word))]
    this.host.post(line.actor, line.node, { kind: 'Request', connection: line.number, commands })
  }

  /** The next reply on the connection; undefined when none comes in time. */
  receive(at: string, limitMs: number): Heard | undefined {
    const { heard } = this.line(at)
    this.time.runUntil(micros(this.time.now() + limitMs * US), () => heard.length > 0)
    return heard.shift()
  }

  close(at: string): void {
    const line = this.line(at)
    if (line.open)
      this.host.post(line.actor, line.node, { kind: 'Closed', of: 'client', number: line.number, byOpener: true })
    line.open = false
  }

  hasNoted(node: string, kinds: string): boolean {
    return kinds.split('|').some((kind) => this.notes.get(nodeId(node))?.has(kind as NoteKind) === true)
  }

  private line(at: string): Line {
    const found = this.lines.get(at)
    if (found !== undefined) return found
    const line: Line = {
      actor: nodeId(`client:${at}`),
      node: nodeId(at.split('.')[0]!),
      number: 0,
      open: false,
      heard: [],
    }
    this.lines.set(at, line)
    this.host.attach(line.actor, (_from, message) => hear(line, message))
    return line
  }
}

function hear(line: Line, message: Message): void {
  if (message.kind === 'Closed' && message.of === 'client' && message.number === line.number) line.open = false
  if (message.kind !== 'Replies' || message.connection !== line.number) return
  for (const reply of message.replies) line.heard.push({ reply, resp: message.resp })
}

function optionsOf(texts: Readonly<Record<string, string>>): Options {
  let options: Options = { ...DEFAULT_OPTIONS, replDisklessSyncDelayS: 0 }
  for (const [name, value] of Object.entries(texts)) {
    const changed = withOption(options, name, value)
    assert(typeof changed !== 'string', 'recordings set options that exist')
    options = changed
  }
  return options
}

// ---- Replaying ----------------------------------------------------------------------------------------------------

/** Says every line of a transcript to our nodes and compares what they answer. */
export function replay({ cluster, steps }: Transcript, seed: number): Outcome[] {
  const stage = new Stage(cluster, seed)
  const outcomes: Outcome[] = []
  for (const [index, step] of steps.entries()) {
    const outcome = perform(stage, step)
    if (outcome !== null) outcomes.push({ line: index + 2, ...outcome })
    stage.time.runUntil(micros(stage.time.now() + BREATH_US))
  }
  return outcomes
}

function perform(stage: Stage, step: Step): Omit<Outcome, 'line'> | null {
  if ('say' in step) {
    stage.send(step.at, step.say)
    return compare(stage, step.at, step.say, stage.receive(step.at, REPLY_MAX_MS), step.accept)
  }
  if ('receive' in step) {
    const heard = stage.receive(step.receive, step.limitMs)
    return compare(stage, step.receive, [], heard, 'silent' in step ? [SILENCE] : step.accept)
  }
  if ('until' in step) return waitUntil(stage, step)
  if ('notes' in step) {
    const missing = step.notes.filter((kinds) => !stage.hasNoted(step.node, kinds))
    const said = { kind: 'notes', at: step.node, what: 'log', equal: missing.length === 0 } as const
    return { ...said, wanted: step.notes.join(' '), got: `missing: ${missing.join(' ')}` }
  }
  if ('send' in step) stage.send(step.at, step.send)
  else if ('sleepMs' in step) stage.sleep(step.sleepMs)
  else if ('signal' in step) signal(stage, step.signal, nodeId(step.node))
  else if ('close' in step) stage.close(step.close)
  else act(stage, step)
  return null
}

function act(stage: Stage, step: Extract<Step, { restart: string } | { partition: unknown } | { heal: true }>): void {
  if ('restart' in step) {
    stage.host.restart(nodeId(step.restart))
    stage.sleep(RESTART_MS)
  } else if ('partition' in step) {
    stage.partition(step.partition)
    stage.sleep(PARTITION_MS)
  } else stage.heal()
}

function signal(stage: Stage, name: 'STOP' | 'CONT' | 'KILL', node: NodeId): void {
  if (name === 'STOP') stage.host.pause(node)
  else if (name === 'CONT') stage.host.resume(node)
  else {
    stage.host.kill(node)
    stage.sleep(KILL_MS)
  }
}

const SILENCE = '(no reply)'

function compare(
  stage: Stage,
  at: string,
  command: readonly string[],
  heard: Heard | undefined,
  accept: readonly Canonical[],
): Omit<Outcome, 'line'> {
  const got = heard === undefined ? SILENCE : canonical(heard.reply, heard.resp, command, stage.mentioned)
  const texts = accept.map((each) => JSON.stringify(each))
  const equal = texts.includes(JSON.stringify(got)) || (accept.length > 1 && mixes(got, accept))
  return { kind: 'reply', at, what: command.join(' '), equal, wanted: texts.join('\n'), got: JSON.stringify(got) }
}

/** Lines about different nodes race independently: each is one of those that the recordings had in its place. */
function mixes(got: Canonical, accept: readonly Canonical[]): boolean {
  if (typeof got !== 'string') return false
  const seen = accept.map((each) => (typeof each === 'string' ? each.split('\n') : []))
  const lines = got.split('\n')
  return lines.every((line, at) => seen.some((each) => each.length === lines.length && each[at] === line))
}

/** The text that patterns are matched against. */
function textOf({ reply }: Heard): string {
  switch (reply.kind) {
    case 'simple':
    case 'error':
    case 'verbatim':
      return reply.text
    case 'bulk':
      return reply.bytes
    default:
      return JSON.stringify(reply, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
  }
}

/** Elections are drawn from half a second, failures are found within half a node timeout: five runs are few. */
const TIME_FACTOR = 2
const TIME_SLACK_MS = 1000

function waitUntil(stage: Stage, step: Extract<Step, { until: string }>): Omit<Outcome, 'line'> {
  const pattern = new RegExp(stage.fill(step.until))
  const startUs = stage.time.now()
  const tookMs = () => Math.round((stage.time.now() - startUs) / US)
  let held = false
  while (!held && tookMs() < step.limitMs) {
    stage.send(step.at, step.ask)
    const heard = stage.receive(step.at, REPLY_MAX_MS)
    held = heard !== undefined && pattern.test(textOf(heard))
    if (!held) stage.sleep(POLL_MS)
  }
  const [least, greatest] = step.tookMs
  const inTime = tookMs() >= least / TIME_FACTOR - TIME_SLACK_MS && tookMs() <= greatest * TIME_FACTOR + TIME_SLACK_MS
  return {
    kind: 'until',
    at: step.at,
    what: `${step.ask.join(' ')} ~ ${step.until}`,
    equal: step.held.includes(held) && inTime,
    wanted: `${step.held.join(' or ')} within ${least} to ${greatest} ms`,
    got: `${held} after ${tookMs()} ms`,
  }
}
