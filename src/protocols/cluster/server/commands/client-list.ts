import type { Bytes } from '../../bytes.ts'
import type { Replica, Session, Upstream } from '../../state.ts'
import type { Turn } from '../../turn.ts'

/** What CLIENT LIST and CLIENT KILL tell apart. */
export type ClientType = 'normal' | 'replica' | 'pubsub' | 'master'

/** A connection as CLIENT LIST shows it. */
export interface Client {
  readonly id: number
  readonly type: ClientType
  readonly addr: string
  readonly laddr: string
  readonly line: Bytes
  readonly source:
    | { readonly kind: 'session'; readonly session: Session }
    | { readonly kind: 'replica'; readonly replica: Replica }
    | { readonly kind: 'master' }
}

const TYPES: Readonly<Record<string, ClientType>> = {
  normal: 'normal',
  slave: 'replica',
  replica: 'replica',
  pubsub: 'pubsub',
  master: 'master',
}

/** A type as commands name it, in whatever case; undefined: unknown. */
export function clientType(word: Bytes): ClientType | undefined {
  const name = word.toLowerCase()
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
}

/** Actors have no addresses; each client gets a port of its own on loopback, so that it can be named. */
const addressOf = (id: number) => `127.0.0.1:${32_768 + (id % 28_232)}`

/** Connections of replication come behind those of clients. */
const LINK_IDS = 1_000_000

interface Shown {
  readonly id: number
  readonly addr: string
  readonly laddr: string
  readonly name: Bytes
  readonly ageMs: number
  readonly idleMs: number
  readonly flags: string
  readonly sub: number
  readonly psub: number
  readonly ssub: number
  readonly multi: number
  readonly command: string
  readonly resp: 2 | 3
}

function lineOf(shown: Shown): Bytes {
  const seconds = (ms: number) => Math.floor(ms / 1000)
  return [
    `id=${shown.id}`,
    `addr=${shown.addr}`,
    `laddr=${shown.laddr}`,
    `fd=${8 + (shown.id % LINK_IDS)}`,
    `name=${shown.name}`,
    `age=${seconds(shown.ageMs)}`,
    `idle=${seconds(shown.idleMs)}`,
    `flags=${shown.flags}`,
    'db=0',
    `sub=${shown.sub}`,
    `psub=${shown.psub}`,
    `ssub=${shown.ssub}`,
    `multi=${shown.multi}`,
    'qbuf=0 qbuf-free=20474 argv-mem=0 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=22272 events=r',
    `cmd=${shown.command === '' ? 'NULL' : shown.command}`,
    'user=default redir=-1',
    `resp=${shown.resp}`,
  ].join(' ')
}

/** Letters of a client's flags (catClientInfoString). */
function flagsOf(session: Session): string {
  const { multi, blocked, channels, patterns, shardChannels } = session
  const letters = [
    channels.length + patterns.length + shardChannels.length > 0 ? 'P' : '',
    multi === null ? '' : 'x',
    blocked === null ? '' : 'b',
    session.readonly ? 'r' : '',
  ].join('')
  return letters === '' ? 'N' : letters
}

/** The client of a session. */
export function clientOfSession(turn: Turn, session: Session): Client {
  const { id, channels, patterns, shardChannels, multi } = session
  const addr = addressOf(id)
  const laddr = localAddress(turn)
  const line = lineOf({
    id,
    addr,
    laddr,
    name: session.name,
    ageMs: turn.nowMs - session.createdMs,
    idleMs: turn.nowMs - session.activeMs,
    flags: flagsOf(session),
    sub: channels.length,
    psub: patterns.length,
    ssub: shardChannels.length,
    multi: multi === null ? -1 : multi.queue.length,
    command: session.lastCommand,
    resp: session.resp,
  })
  const type = channels.length + patterns.length + shardChannels.length > 0 ? 'pubsub' : 'normal'
  return { id, type, addr, laddr, line, source: { kind: 'session', session } }
}

const localAddress = ({ config }: Turn) => `${config.ip}:${config.port}`

function linkLine(turn: Turn, id: number, addr: string, flags: string, command: string, idleMs: number): Bytes {
  const laddr = localAddress(turn)
  return lineOf({
    id,
    addr,
    laddr,
    name: '',
    ageMs: idleMs,
    idleMs,
    flags,
    sub: 0,
    psub: 0,
    ssub: 0,
    multi: -1,
    command,
    resp: 2,
  })
}

function clientOfReplica(turn: Turn, replica: Replica, at: number): Client {
  const id = LINK_IDS + at
  const addr = `${replica.ip}:${32_768 + at}`
  const idleMs = turn.nowMs - Math.max(replica.ackMs, turn.stats.startMs)
  const line = linkLine(turn, id, addr, 'S', 'replconf', idleMs)
  return { id, type: 'replica', addr, laddr: localAddress(turn), line, source: { kind: 'replica', replica } }
}

function clientOfMaster(turn: Turn, { ip, port, lastIoMs }: Upstream): Client {
  const id = LINK_IDS
  const line = linkLine(turn, id, `${ip}:${port}`, 'M', 'ping', turn.nowMs - lastIoMs)
  return { id, type: 'master', addr: `${ip}:${port}`, laddr: localAddress(turn), line, source: { kind: 'master' } }
}

/** Every client of the server: its sessions by id, then its links of replication. */
export function allClients(turn: Turn): readonly Client[] {
  const sessions = turn.sessions.entries().map(([, session]) => clientOfSession(turn, session))
  const { upstream, replicas } = turn.replication
  return [
    ...sessions.sort((x, y) => x.id - y.id),
    ...(upstream?.state === 'connected' ? [clientOfMaster(turn, upstream)] : []),
    ...replicas.map((replica, at) => clientOfReplica(turn, replica, at + 1)),
  ]
}
