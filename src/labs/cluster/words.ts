import { unreachable } from '../../base/assert.ts'
import type { Words } from '../../engine/lab.ts'
import { textOf } from '../../protocols/cluster/bytes.ts'
import type { ClientCommand, ClientResult, JobOrder, Operation } from '../../protocols/cluster/client/types.ts'
import type { BusMessage, GossipEntry, Header, Message } from '../../protocols/cluster/messages.ts'
import type { NoteKind } from '../../protocols/cluster/notes.ts'
import { FLAG } from '../../protocols/cluster/peers.ts'
import type { Reply } from '../../protocols/cluster/reply.ts'
import { quote, renderReply } from '../../protocols/cluster/resp.ts'
import { flagNames } from '../../protocols/cluster/server/commands/cluster/nodes.ts'
import type { SlotRange, SlotSet } from '../../protocols/cluster/slot-set.ts'
import type { ClusterProtocol } from '../../protocols/cluster/state.ts'
import { nodeOfId, nodeOfPort } from './addresses.ts'
import { ruleOf } from './rules.ts'

/** How the things of the cluster lab are called: log lines like those of a server, in our own words. */

const at = nodeOfPort

/** What a node writes into its log. `value`: see notes.ts. */
const NOTES: Record<NoteKind, (value: number) => string> = {
  pfail: (port) => `${at(port)} does not answer: possibly failing (PFAIL)`,
  'pfail-cleared': (port) => `${at(port)} answers again: no longer suspected`,
  fail: (port) => `marking ${at(port)} as failing (FAIL): a majority of masters agrees`,
  'fail-received': (port) => `told that ${at(port)} is failing (FAIL)`,
  'fail-cleared': (port) => `clearing FAIL of ${at(port)}: it is reachable again`,
  meet: (port) => `meets ${at(port)}: the handshake begins`,
  'handshake-done': (port) => `handshake with ${at(port)} done`,
  'node-added': (port) => `learned of ${at(port)} by gossip`,
  'node-forgotten': (port) => `forgot ${at(port)}`,
  'state-ok': (slots) => `cluster state: ok (${slots} slots covered)`,
  'state-fail': (slots) => `cluster state: fail (${slots} slots covered)`,
  'election-scheduled': (ms) => `its master failed: election in ${ms} ms`,
  'election-delayed': (rank) => `others have more data: rank ${rank}, one second later for each`,
  'election-started': (epoch) => `asks for votes in epoch ${epoch}`,
  'election-won': (epoch) => `election won in epoch ${epoch}: the new master`,
  'election-expired': (epoch) => `election of epoch ${epoch} expired without a majority`,
  'vote-granted': (port) => `votes for ${at(port)}`,
  'vote-denied': (port) => `denies its vote to ${at(port)}`,
  'election-invalid': (seconds) => `may not be elected: its data is ${seconds} s old`,
  'config-epoch': (epoch) => `claims its slots under config epoch ${epoch}`,
  'epoch-collision': (epoch) => `another master has config epoch ${epoch}, too: the smaller id takes a new one`,
  'became-replica': (port) => `becomes a replica of ${at(port)}`,
  'became-master': (epoch) => `becomes a master under epoch ${epoch}`,
  takeover: (epoch) => `takes over without votes, under epoch ${epoch}`,
  'manual-failover-started': (port) => `manual failover with ${at(port)} begins`,
  'manual-failover-ready': (port) => `has everything that ${at(port)} has: the manual failover may go on`,
  'manual-failover-aborted': (port) => `manual failover with ${at(port)} given up`,
  'replica-migrated': (port) => `${at(port)} has no replica: moves over to it`,
  'slot-migrating': (slot) => `slot ${slot}: migrating`,
  'slot-importing': (slot) => `slot ${slot}: importing`,
  'slot-assigned': (slot) => `slot ${slot}: assigned`,
  'slot-stable': (slot) => `slot ${slot}: stable again`,
  'slots-taken': (count) => `${count} slots changed their owner`,
  'keys-dropped': (count) => `dropped ${count} keys of slots that it no longer owns`,
  'update-sent': (port) => `tells ${at(port)} of slots that it claims under an old epoch (UPDATE)`,
  'update-received': (port) => `told who owns the slots of ${at(port)} now (UPDATE)`,
  'link-lost': (port) => `connection to ${at(port)} lost`,
  'master-link-up': (port) => `connected to its master ${at(port)}`,
  'master-link-down': (port) => `connection to its master ${at(port)} lost`,
  'replica-attached': (port) => `replica ${at(port)} asks for synchronization`,
  'replica-lost': (port) => `connection with replica ${at(port)} lost`,
  'full-resync': (offset) => `full resynchronization at offset ${offset}`,
  'partial-resync': (offset) => `partial resynchronization from offset ${offset}`,
  'resync-refused': (offset) => `cannot continue a replica from offset ${offset}: it needs everything`,
  'keys-migrated': (count) => `moved ${count} keys to another node`,
  'client-redirected': (attempts) => `is redirected (attempt ${attempts})`,
  'client-refreshed': () => 'fetched a new map of the slots',
  'client-gave-up': (attempts) => `gives up after ${attempts} attempts`,
}

// ---- Commands and results ---------------------------------------------------------------------------------------

/** Characters of a long argument that are shown. */
const SHOWN = 40

function argumentText(bytes: string): string {
  const cut = bytes.length > SHOWN ? `${bytes.slice(0, SHOWN)}…` : bytes
  return /^[!-~…]+$/.test(cut) && !/["'\\]/.test(cut) ? cut : quote(cut)
}

const argsText = (args: readonly string[]): string => args.map(argumentText).join(' ')

function operationsText(operations: readonly Operation[]): string {
  const first = argsText(operations[0]?.args ?? [])
  return operations.length <= 1 ? first : `${first} and ${operations.length - 1} more`
}

export const rangeText = ({ first, last }: SlotRange): string => (first === last ? String(first) : `${first}-${last}`)

function jobText(job: JobOrder): string {
  if (job.kind === 'stop') return 'reshard stop'
  const slots = typeof job.slots === 'number' ? String(job.slots) : job.slots.map(rangeText).join(',')
  return `reshard ${slots} ${job.from} ${job.to}`
}

export function commandText(command: ClientCommand): string {
  switch (command.kind) {
    case 'batch':
      return operationsText(command.operations)
    case 'typed':
      return `${command.node}> ${argsText(command.args)}`
    case 'job':
      return jobText(command.job)
    default:
      return unreachable(command)
  }
}

/** A reply in one line. */
export function replyText(reply: Reply | null): string {
  if (reply === null) return 'no answer'
  const lines = textOf(renderReply(reply)).split(/\r?\n/)
  const [first = ''] = lines
  const cut = first.length > 2 * SHOWN ? `${first.slice(0, 2 * SHOWN)}…` : first
  return lines.length > 1 ? `${cut} … (${lines.length} lines)` : cut
}

export function resultText({ outcomes }: ClientResult): string {
  if (outcomes.length === 1) {
    const { reply, replicas } = outcomes[0]!
    return replicas === null ? replyText(reply) : `${replyText(reply)}, on ${replicas} replicas`
  }
  const failed = outcomes.filter(({ reply }) => reply === null || reply.kind === 'error')
  return failed.length === 0
    ? `${outcomes.length} answers`
    : `${outcomes.length} answers, ${failed.length} failed: ${replyText(failed[0]!.reply)}`
}

// ---- Messages ---------------------------------------------------------------------------------------------------

const who = nodeOfId

function slotsText(slots: SlotSet): string {
  const ranges = slots.ranges()
  const shown = ranges.slice(0, 4).map(rangeText).join(' ')
  return ranges.length === 0 ? 'none' : ranges.length > 4 ? `${shown} … (${slots.size})` : shown
}

const gossipText = (gossip: readonly GossipEntry[]): string =>
  gossip.map(({ id, flags }) => `${who(id)} ${flagNames(flags & ~FLAG.myself)}`).join(', ') || 'nothing'

const claim = ({ sender, currentEpoch, configEpoch, slots, master }: Header): string =>
  master === null
    ? `${who(sender)} claims ${slots.size} slots under epoch ${configEpoch} (current ${currentEpoch})`
    : `${who(sender)} replicates ${who(master)} (current epoch ${currentEpoch})`

function busText(message: BusMessage): string {
  const { header } = message
  switch (message.kind) {
    case 'Ping':
    case 'Pong':
    case 'Meet':
      return `${message.kind.toUpperCase()}: ${claim(header)}; gossip: ${gossipText(message.gossip)}`
    case 'Fail':
      return `FAIL: ${who(header.sender)} says that ${who(message.target)} has failed`
    case 'Publish':
    case 'PublishShard':
      return `${message.kind === 'Publish' ? 'PUBLISH' : 'SPUBLISH'} on ${textOf(message.channelName)}`
    case 'AuthRequest':
      return `FAILOVER_AUTH_REQUEST: ${who(header.sender)} asks for votes in epoch ${header.currentEpoch}`
    case 'AuthAck':
      return `FAILOVER_AUTH_ACK: ${who(header.sender)} votes in epoch ${header.currentEpoch}`
    case 'MfStart':
      return `MFSTART: ${who(header.sender)} asks its master to step aside`
    case 'Update':
      return `UPDATE: ${who(message.node)} owns ${slotsText(message.slots)} under epoch ${message.configEpoch}`
  }
}

function repliesText(replies: readonly Reply[]): string {
  const telling = replies.find(({ kind }) => kind === 'error') ?? replies[0] ?? null
  return replies.length === 1 ? replyText(telling) : `${replies.length} answers, among them ${replyText(telling)}`
}

function messageText(message: Message): string {
  switch (message.kind) {
    case 'Connect':
      return `opens bus connection ${message.link}`
    case 'Connected':
      return `bus connection ${message.link} is open`
    case 'Closed':
      return `${message.of} connection ${message.number} is closed`
    case 'Psync':
      return message.replid === '?'
        ? `PSYNC: ${who(message.id)} asks for everything`
        : `PSYNC ${message.replid.slice(0, 8)}… from byte ${message.offset}`
    case 'FullResync':
      return `FULLRESYNC at offset ${message.offset}: a snapshot of ${message.db.size} keys`
    case 'Continue':
      return `CONTINUE behind offset ${message.offset}`
    case 'Stream': {
      const last = message.entries.at(-1)
      if (last === undefined) return 'a line feed: the connection lives'
      const what = message.entries.length === 1 ? argsText(last.args) : `${message.entries.length} commands`
      return `stream up to offset ${last.end}: ${what}`
    }
    case 'Ack':
      return `REPLCONF ACK ${message.offset}`
    case 'Request':
      return operationsText(message.commands.map((args) => ({ args })))
    case 'Replies':
      return repliesText(message.replies)
    default:
      return busText(message)
  }
}

type Field = { readonly name: string; readonly value: string }

const field = (name: string, value: unknown): Field => ({ name, value: String(value) })

function headerFields(header: Header): readonly Field[] {
  const { sender, flags, currentEpoch, configEpoch, slots, master, offset, state, paused, forceAck } = header
  return [
    field('sender', `${who(sender)} (${sender.slice(0, 8)}…)`),
    field('flags', flagNames(flags)),
    field('currentEpoch', currentEpoch),
    field('configEpoch', configEpoch),
    field('slots', slotsText(slots)),
    ...(master === null ? [] : [field('master', who(master))]),
    field('offset', offset),
    field('state', state),
    ...(paused ? [field('PAUSED', 'yes')] : []),
    ...(forceAck ? [field('FORCEACK', 'yes')] : []),
  ]
}

function bodyFields(message: BusMessage): readonly Field[] {
  switch (message.kind) {
    case 'Ping':
    case 'Pong':
    case 'Meet':
      return message.gossip.map(({ id, flags }, index) =>
        field(`gossip ${index + 1}`, `${who(id)} ${flagNames(flags)}`),
      )
    case 'Fail':
      return [field('target', who(message.target))]
    case 'Publish':
    case 'PublishShard':
      return [field('channel', textOf(message.channelName)), field('payload', textOf(message.payload))]
    case 'Update':
      return [
        field('node', who(message.node)),
        field('node epoch', message.configEpoch),
        field('node slots', slotsText(message.slots)),
      ]
    default:
      return []
  }
}

/** Commands or answers of one message that are listed. */
const LISTED = 20

function fields(message: Message): readonly Field[] {
  if ('header' in message) return [...headerFields(message.header), ...bodyFields(message)]
  switch (message.kind) {
    case 'Request':
      return [
        field('connection', message.connection),
        ...message.commands.slice(0, LISTED).map((args, index) => field(`command ${index + 1}`, argsText(args))),
      ]
    case 'Replies':
      return [
        field('connection', message.connection),
        ...message.replies.slice(0, LISTED).map((reply, index) => field(`answer ${index + 1}`, replyText(reply))),
      ]
    case 'Stream':
      return [
        field('from', message.from),
        ...message.entries.slice(0, LISTED).map(({ args, end }) => field(`up to ${end}`, argsText(args))),
      ]
    case 'FullResync':
      return [field('replid', message.replid), field('offset', message.offset), field('keys', message.db.size)]
    case 'Continue':
      return [field('replid', message.replid), field('offset', message.offset)]
    case 'Psync':
      return [field('replica', who(message.id)), field('replid', message.replid), field('offset', message.offset)]
    default:
      return Object.entries(message).flatMap(([name, value]) => (name === 'kind' ? [] : [field(name, value)]))
  }
}

const TIMERS = {
  cron: 'the cron runs (every 100 ms)',
  blocked: 'a blocked client has waited long enough',
  busy: 'the server is no longer busy',
  request: 'an answer takes too long',
  retry: 'tries again',
} as const

export const words: Words<ClusterProtocol> = {
  note: ({ kind, value }, actor) => `${actor}: ${NOTES[kind](value)}`,
  message: messageText,
  timer: (timer) => TIMERS[timer],
  command: commandText,
  result: (result) => resultText(result),
  fields,
  rule: ruleOf,
  historyOp(command, result) {
    if (command.kind !== 'batch' || command.operations.length !== 1) return null
    const [name, key = '', value] = command.operations[0]!.args
    const reply = result?.outcomes[0]?.reply ?? null
    if (reply?.kind === 'error') return null
    if (name === 'SET') return { key, op: 'put', value: value ?? '', ...(reply === null ? {} : { ok: true }) }
    if (name !== 'GET') return null
    if (reply === null) return { key, op: 'get' }
    return { key, op: 'get', result: reply.kind === 'bulk' ? textOf(reply.bytes) : null, found: reply.kind === 'bulk' }
  },
  traceState(state) {
    if (state.kind === 'client') return { role: 'client' }
    const { cluster, replication, db } = state
    const myself = cluster.peers.get(cluster.myself)
    return {
      role: ((myself?.flags ?? 0) & FLAG.master) === 0 ? 'replica' : 'master',
      state: { currentEpoch: cluster.currentEpoch, configEpoch: myself?.configEpoch ?? 0, health: cluster.health },
      slots: myself?.slots.size ?? 0,
      offset: replication.offset,
      keys: db.size,
    }
  },
}
