import { type Micros, type NodeId, nodeId, requestId } from '../../../base/brand.ts'
import type { Interpreter } from '../../../machine/script.ts'
import type { Message } from '../messages.ts'
import { array, bulk, error, integer, NULL, push, type Reply, simple } from '../reply.ts'
import { renderReply } from '../resp.ts'
import type { Effect, Input } from '../state.ts'
import { bootClient, stepClient } from './machine.ts'
import type { ClientConfig, ClientState, ClientTimer, Outcome } from './types.ts'

/**
 * Conversations with one client, whose nodes are played by the script:
 * `client STYLE key=value…`, `batch CMD | CMD`, `typed NODE CMD`, `follow NODE CMD`, `from NODE REPLY | REPLY`,
 * `stale NODE REPLY` (on the first connection it had there), `close NODE`, `pass MS`, `stats`.
 * Replies: `+OK`, `-ERR …`, `:1`, `$text`, `nil`, `push a b`, `slots` (masters M1 to M3 with replicas R1 to R3).
 */

const SELF = nodeId('c1')
const NAMES = ['M1', 'M2', 'M3', 'R1', 'R2', 'R3']
const addresses = NAMES.map((name, at) => [`127.0.0.1:${7001 + at}`, nodeId(name)] as const)

const slotsRow = (first: number, last: number, ports: readonly number[]): Reply =>
  array([
    integer(first),
    integer(last),
    ...ports.map((port) => array([bulk('127.0.0.1'), integer(port), bulk(`id${port}`), array([])])),
  ])

const SLOTS_REPLY = array([
  slotsRow(0, 5460, [7001, 7004]),
  slotsRow(5461, 10922, [7002, 7005]),
  slotsRow(10923, 16383, [7003, 7006]),
])

function readReply(text: string): Reply {
  if (text === 'slots') return SLOTS_REPLY
  if (text === 'nil') return NULL
  if (text.startsWith('push ')) return push(text.slice(5).split(' ').map(bulk))
  const rest = text.slice(1)
  switch (text[0]) {
    case '+':
      return simple(rest)
    case '-':
      return error(rest)
    case ':':
      return integer(Number(rest))
    case '$':
      return bulk(rest)
    default:
      throw new Error(`what reply is ${text}?`)
  }
}

const splitBy = (text: string): readonly string[] => text.split(' | ')

function showOutcome({ reply, node, redirections, replicas }: Outcome): string {
  const answer = reply === null ? 'unknown' : renderReply(reply)
  const where = node === null ? '' : ` from ${node}`
  const via = redirections.length === 0 ? '' : ` via ${redirections.join(', ')}`
  return `${answer}${where}${via}${replicas === null ? '' : ` replicas:${replicas}`}`
}

class World {
  private state: ClientState
  private nowMs = 0
  private requests = 0
  /** Numbers of the connections to each node, the oldest first. */
  private readonly numbers = new Map<NodeId, number[]>()
  private readonly timers = new Map<ClientTimer, number>()

  constructor(config: ClientConfig) {
    this.state = bootClient(config, this.env()).state as ClientState
  }

  private env() {
    return { self: SELF, now: (this.nowMs * 1000) as Micros, entropy: 0 }
  }

  step(input: Input): string {
    const { state, effects } = stepClient(this.state, input, this.env())
    this.state = state as ClientState
    return effects.flatMap((effect) => this.show(effect)).join('\n')
  }

  ask(command: Extract<Input, { kind: 'command' }>['command']): string {
    return this.step({ kind: 'command', request: requestId(`c1:${++this.requests}`), command })
  }

  /** `which`: 0 is the first connection that there was, -1 the newest. */
  hear(node: NodeId, which: number, replies: readonly Reply[]): string {
    const connection = this.numbers.get(node)?.at(which) ?? 0
    return this.step({ kind: 'message', from: node, message: { kind: 'Replies', connection, resp: 2, replies } })
  }

  close(node: NodeId): string {
    const number = this.numbers.get(node)?.at(-1) ?? 0
    return this.step({
      kind: 'message',
      from: node,
      message: { kind: 'Closed', of: 'client', number, byOpener: false },
    })
  }

  pass(ms: number): string {
    const end = this.nowMs + ms
    const lines: string[] = []
    for (;;) {
      const due = [...this.timers].filter(([, at]) => at <= end).sort((x, y) => x[1] - y[1])[0]
      if (due === undefined) break
      this.timers.delete(due[0])
      this.nowMs = due[1]
      lines.push(this.step({ kind: 'timer', timer: due[0] }))
    }
    this.nowMs = end
    return lines.filter((line) => line !== '').join('\n')
  }

  stats(): string {
    return Object.entries(this.state.stats)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name}:${count}`)
      .join(' ')
  }

  private show(effect: Effect): readonly string[] {
    switch (effect.kind) {
      case 'send':
        return [`> ${effect.to}${this.showMessage(effect.to, effect.message)}`]
      case 'reply':
        return effect.result.outcomes.map((outcome, at) => `${effect.request}.${at + 1} ${showOutcome(outcome)}`)
      case 'note':
        return [`${effect.note.kind} ${effect.note.value}`]
      case 'set-timer':
        this.timers.set(effect.timer as ClientTimer, this.nowMs + Math.ceil(effect.after / 1000))
        return []
      case 'clear-timer':
        this.timers.delete(effect.timer as ClientTimer)
        return []
      case 'persist':
        return ['persist']
    }
  }

  private showMessage(to: NodeId, message: Message): string {
    if (message.kind === 'Closed') return ' hangs up'
    if (message.kind !== 'Request') return ` ${message.kind}`
    const numbers = this.numbers.get(to) ?? []
    const isNew = !numbers.includes(message.connection)
    if (isNew) this.numbers.set(to, [...numbers, message.connection])
    return `${isNew ? ' (new)' : ''}: ${message.commands.map((args) => args.join(' ')).join(' | ')}`
  }
}

function readConfig(style: string, settings: readonly string[]): ClientConfig {
  const given = new Map(settings.map((setting) => setting.split('=') as [string, string]))
  const [replicas = 0, timeoutMs = 0] = (given.get('wait') ?? '').split('/').filter(Boolean).map(Number)
  return {
    kind: 'client',
    self: SELF,
    style: style as ClientConfig['style'],
    seeds: (given.get('seeds') ?? 'M1').split(',').map(nodeId),
    directory: new Map(addresses),
    requestTimeoutMs: Number(given.get('timeout') ?? 500),
    epochMs: 1_700_000_000_000,
    attemptsMax: Number(given.get('attempts') ?? 16),
    wait: { replicas, timeoutMs },
    readReplicas: given.has('readReplicas'),
  }
}

/** Understands the vocabulary above. */
export function clientInterpreter(): Interpreter {
  let world: World | null = null
  const present = () => {
    if (world === null) throw new Error('there is no client yet')
    return world
  }
  return (verb, args) => {
    const text = args.join(' ')
    const [first = '', ...rest] = args
    switch (verb) {
      case 'client':
        world = new World(readConfig(first, rest))
        return ''
      case 'batch':
        return present().ask({ kind: 'batch', operations: splitBy(text).map((each) => ({ args: each.split(' ') })) })
      case 'typed':
      case 'follow':
        return present().ask({ kind: 'typed', node: nodeId(first), args: rest, follow: verb === 'follow' })
      case 'from':
        return present().hear(nodeId(first), -1, splitBy(rest.join(' ')).map(readReply))
      case 'stale':
        return present().hear(nodeId(first), 0, splitBy(rest.join(' ')).map(readReply))
      case 'close':
        return present().close(nodeId(first))
      case 'pass':
        return present().pass(Number(first))
      case 'stats':
        return present().stats()
      default:
        throw new Error(`what is ${verb}?`)
    }
  }
}
