import { unreachable } from '../../base/assert.ts'
import { micros, type NodeId, nodeId, requestId } from '../../base/brand.ts'
import { parseDuration } from '../../base/units.ts'
import { type Interpreter, type Mail, Puppets, type Report } from '../../machine/script.ts'
import type { NodeConfig } from './config.ts'
import { lastIndex, lastTerm } from './log.ts'
import { raftMachine } from './machine.ts'
import { isPaused, type Progress } from './progress.ts'
import { appointJudges, disk, paperConfig } from './testing.ts'
import type {
  Message,
  NodeState,
  OkResult,
  Operation,
  RaftProtocol,
  ReplyResult,
  Result,
  Term,
  Timer,
} from './types.ts'

/**
 * The words of the golden scripts in testdata/, and how Raft prints there. Logs are written as in etcd: `2/7` is the
 * entry of term 2 at index 7. Judges watch every script.
 *
 *     cluster n1 n2 n3 pre-vote check-quorum entries=1 inflight=3 snapshot=5 keep=0 log.n1=1,1,4 term.n1=7
 *     campaign n1 | heartbeat n1 | quorum n1 | election n1 | sleep 200ms      timers fire when told
 *     propose n1 x=1                                                          a request of client c
 *     deliver n1>n2 [count] | drop n1>n2 [count] | postpone n1>n2 [count] | stabilize [n1 n2 …] | mail
 *     slow-disk n1 | write n1 [count] | crash n1 | restart n1
 *     status [n1 …] | log n1 [n2 …] | quiet <command>
 */
export function raftInterpreter(): Interpreter {
  let world = new Puppets(raftMachine)
  let proposals = 0

  const actor = (word: string | undefined): NodeId => {
    const name = nodeId(word ?? '')
    if (!world.names.includes(name)) throw new Error(`expected the name of a node, found "${word ?? ''}"`)
    return name
  }
  const node = (name: NodeId): NodeState => {
    const state = world.state(name)
    if (state.kind === 'client') throw new Error(`${name} is a client`)
    return state
  }
  const listed = (args: readonly string[]): readonly NodeId[] => (args.length === 0 ? world.names : args.map(actor))

  const propose = (args: readonly string[]): void => {
    const [key = '', value = ''] = (args[1] ?? '').split('=')
    const operation: Operation = { op: 'put', key, value }
    proposals++
    const request = requestId(`c:${proposals}`)
    const message: Message = { kind: 'MsgClientRequest', request, session: 'c', sequence: proposals, operation }
    world.hand({ from: nodeId('c'), to: actor(args[0]), message })
  }

  /** Carries the command out; what it prints beside what the world reports. */
  const act = (verb: string, args: readonly string[]): string => {
    switch (verb) {
      case 'cluster':
        world = cluster(args)
        return ''
      case 'campaign':
        world.command(actor(args[0]), { kind: 'campaign' })
        return ''
      case 'heartbeat':
      case 'quorum':
      case 'election':
        world.fire(actor(args[0]), verb satisfies Timer)
        return ''
      case 'sleep':
        world.now = micros(world.now + (parseDuration(args[0] ?? '') ?? badWord(args[0], 'a duration')))
        return ''
      case 'propose':
        propose(args)
        return ''
      case 'deliver':
        for (const mail of world.take(onLink(args[0]), countOf(args[1]))) world.hand(mail)
        return ''
      case 'drop':
        return world
          .take(onLink(args[0]), countOf(args[1]))
          .map((mail) => `dropped ${mailText(mail)}`)
          .join('\n')
      case 'postpone':
        postpone(world, onLink(args[0]), countOf(args[1]))
        return ''
      case 'mail':
        return world.mail.map(mailText).join('\n')
      case 'stabilize': {
        const among = new Set(listed(args))
        world.stabilize((mail) => args.length === 0 || (among.has(mail.from) && among.has(mail.to)))
        return ''
      }
      case 'slow-disk':
        world.slowDisk(actor(args[0]))
        return ''
      case 'write':
        world.completeWrites(actor(args[0]), countOf(args[1]))
        return ''
      case 'crash':
        world.crash(actor(args[0]))
        return ''
      case 'restart':
        world.restart(actor(args[0]))
        return ''
      case 'status':
        return listed(args)
          .map((name) => (world.isUp(name) ? statusText(node(name)) : `${name} down`))
          .join('\n')
      case 'log':
        return listed(args)
          .map((name) => logText(node(name)))
          .join('\n')
      default:
        return badWord(verb, 'a command')
    }
  }

  return (verb, args) => {
    const quiet = verb === 'quiet'
    world.reports = []
    const own = quiet ? act(args[0] ?? '', args.slice(1)) : act(verb, args)
    const lines = world.reports.map(reportText)
    if (own !== '') lines.push(own)
    return quiet ? '' : lines.join('\n')
  }
}

function badWord(found: string | undefined, expected: string): never {
  throw new Error(`expected ${expected}, found "${found ?? ''}"`)
}

function countOf(word: string | undefined): number {
  if (word === undefined) return Number.POSITIVE_INFINITY
  return /^\d+$/.test(word) ? Number(word) : badWord(word, 'a count')
}

function onLink(word: string | undefined): (mail: Mail<RaftProtocol>) => boolean {
  const [from, to] = (word ?? '').split('>')
  if (!from || !to) return badWord(word, 'a link such as n1>n2')
  return (mail) => mail.from === from && mail.to === to
}

/** Others overtake these messages. */
function postpone(world: Puppets<RaftProtocol>, which: (mail: Mail<RaftProtocol>) => boolean, limit: number): void {
  const late = world.take(which, limit)
  world.mail = [...world.mail, ...late]
}

// ---- setting up

function cluster(args: readonly string[]): Puppets<RaftProtocol> {
  const names = args.filter((word) => /^n\d+$/.test(word))
  const options = args.filter((word) => !names.includes(word))
  const logs = new Map<string, readonly Term[]>()
  const terms = new Map<string, Term>()
  let over: Partial<NodeConfig> = {}
  for (const option of options) {
    const [word = '', value = ''] = option.split('=')
    const [kind, name = ''] = word.split('.')
    if (kind === 'log') logs.set(name, value.split(',').map(Number))
    else if (kind === 'term') terms.set(name, Number(value))
    else over = { ...over, ...setting(word, value) }
  }
  const world = new Puppets(raftMachine)
  names.forEach((word) => {
    const log = logs.get(word) ?? []
    const term = terms.get(word) ?? log.at(-1) ?? 0
    world.start(nodeId(word), paperConfig(nodeId(word), names.length, over), term > 0 ? disk(log, { term }) : null)
  })
  appointJudges(world)
  return world
}

function setting(word: string, value: string): Partial<NodeConfig> {
  switch (word) {
    case 'pre-vote':
      return { preVote: true }
    case 'check-quorum':
      return { checkQuorum: true }
    case 'entries':
      return { maxEntriesPerAppend: Number(value) }
    case 'inflight':
      return { maxInflight: Number(value) }
    case 'snapshot':
      return { snapshotThreshold: Number(value) }
    case 'keep':
      return { snapshotKeep: Number(value) }
    default:
      return badWord(word, 'an option of cluster')
  }
}

// ---- printing

function reportText(report: Report<RaftProtocol>): string {
  switch (report.kind) {
    case 'delivered':
      return mailText(report.mail)
    case 'note':
      return `  ${report.actor} ${report.note.kind} ${report.note.value}`
    case 'reply':
      return `  ${report.actor} reply ${report.request} ${resultText(report.result)}`
    default:
      return unreachable(report)
  }
}

function mailText({ from, to, message }: Mail<RaftProtocol>): string {
  return `${from}>${to} ${message.kind} ${bodyText(message)}`
}

function bodyText(message: Message): string {
  switch (message.kind) {
    case 'MsgVote':
    case 'MsgPreVote':
    case 'MsgStorageAppendResp':
      return `term:${message.term} log:${message.logTerm}/${message.index}`
    case 'MsgVoteResp':
    case 'MsgPreVoteResp':
      return `term:${message.term}${message.reject ? ' rejected' : ''}`
    case 'MsgApp': {
      const entries = message.entries.map((it) => `${it.term}/${it.index}`)
      const list = entries.length === 0 ? '' : ` entries:[${entries.join(' ')}]`
      return `term:${message.term} log:${message.logTerm}/${message.index} commit:${message.commit}${list}`
    }
    case 'MsgAppResp': {
      const hint = message.reject ? ` rejected hint:${message.logTerm}/${message.rejectHint}` : ''
      return `term:${message.term} index:${message.index}${hint}`
    }
    case 'MsgHeartbeat':
      return `term:${message.term} commit:${message.commit}`
    case 'MsgHeartbeatResp':
      return `term:${message.term}`
    case 'MsgSnap':
      return `term:${message.term} snapshot:${message.snapshot.term}/${message.snapshot.index}`
    case 'MsgClientRequest':
      return message.request
    case 'MsgClientReply':
      return `${message.request} ${resultText(message.result)}`
    default:
      return unreachable(message)
  }
}

function resultText(result: Result | ReplyResult): string {
  switch (result.kind) {
    case 'ok':
      return `ok at ${(result satisfies OkResult).index}`
    case 'redirect':
      return `redirect ${result.leader ?? 'nowhere'}`
    case 'refused':
      return `refused: ${result.reason}`
    default:
      return result.kind
  }
}

function statusText(state: NodeState): string {
  const { config, durable, commit } = state
  const vote = durable.votedFor ?? '-'
  const end = `${lastTerm(durable)}/${lastIndex(durable)}`
  const line = `${config.self} ${state.kind} term:${durable.term} vote:${vote} log:${end} commit:${commit}`
  if (state.kind !== 'leader') return line
  const others = state.progress.flatMap((it, at) =>
    config.peers[at] === config.self ? [] : [`  ${config.peers[at]} ${progressText(it)}`],
  )
  return [line, ...others].join('\n')
}

function progressText(progress: Progress): string {
  const words = [progress.kind, `match:${progress.match}`, `next:${progress.next}`]
  if (progress.kind === 'replicate' && progress.inflight.length > 0) words.push(`inflight:${progress.inflight.length}`)
  if (progress.kind === 'snapshot') words.push(`pending:${progress.pending}`)
  else if (isPaused(progress)) words.push('paused')
  return words.join(' ')
}

function logText(state: NodeState): string {
  const { log, snapshot } = state.durable
  const words = [...log].map((it) => `${it.term}/${it.index}`)
  if (snapshot.index > 0) words.unshift(`snapshot:${snapshot.term}/${snapshot.index}`)
  return `${state.config.self} ${words.join(' ')}`
}
