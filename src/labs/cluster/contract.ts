import type { ActorTable } from '../../engine/api.ts'
import type { Message } from '../../protocols/cluster/messages.ts'

/** What the cluster lab's worker and its view agree on. Plain data and pure helpers of the picture. */

export const SLOTS = 16_384
/** The slot map is a square of so many rows and columns. */
export const MAP_SIDE = 128

/** `alone`: a node that owns no slot and replicates nobody. `candidate`: a replica that asks for votes. */
export const ROLES = ['alone', 'master', 'replica', 'candidate', 'client', 'terminal', 'admin'] as const
export type RoleName = (typeof ROLES)[number]

/** A replica's connection to its master. `down`: lost, and not yet tried again. */
export const REPLICATION_LINKS = ['down', 'connecting', 'sync', 'connected'] as const
export type ReplicationLink = (typeof REPLICATION_LINKS)[number]

/** Why a server does nothing else now; `paused`: it holds writes back (CLIENT PAUSE, a manual failover). */
export const BUSY = ['no', 'sleep', 'migrate', 'paused'] as const
export type Busy = (typeof BUSY)[number]

/** Order of the message kinds in frames and traces. */
export const MESSAGE_KINDS = [
  'Ping',
  'Pong',
  'Meet',
  'Fail',
  'Publish',
  'PublishShard',
  'AuthRequest',
  'AuthAck',
  'Update',
  'MfStart',
  'Connect',
  'Connected',
  'Closed',
  'Psync',
  'FullResync',
  'Continue',
  'Stream',
  'Ack',
  'Request',
  'Replies',
] as const satisfies readonly Message['kind'][]
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** What a kind of message belongs to: to colour it, and to switch whole groups off. */
export const TRAFFIC = {
  gossip: ['Ping', 'Pong'],
  /** News: they decide who is in, who failed, who leads. */
  news: ['Meet', 'Fail', 'Update', 'AuthRequest', 'AuthAck', 'MfStart'],
  publish: ['Publish', 'PublishShard'],
  connections: ['Connect', 'Connected', 'Closed'],
  replication: ['Psync', 'FullResync', 'Continue', 'Stream', 'Ack'],
  clients: ['Request', 'Replies'],
} as const satisfies Readonly<Record<string, readonly MessageKind[]>>
export type TrafficGroup = keyof typeof TRAFFIC

/**
 * The one integer of a message in frames and traces. Bus messages: the sender's currentEpoch. `Stream`: commands in it.
 * `Request`: commands in it. `Replies`: position in this list, of the most telling answer. Else 0.
 */
export const REPLY_KINDS = ['plain', 'error', 'down', 'try-again', 'ask', 'moved'] as const

/** A lane's phase packs status, role, "cluster down" and config epoch: `status + 4 * (role + 8 * (down + 2 * epoch))`. */
export function phaseOf(status: number, role: number, down: boolean, epoch: number): number {
  return status + 4 * (role + 8 * ((down ? 1 : 0) + 2 * epoch))
}

export interface Phase {
  /** 0 up, 1 paused, 2 down. */
  readonly status: number
  /** Position in {@link ROLES}. */
  readonly role: number
  /** The node holds the cluster for down. */
  readonly down: boolean
  readonly epoch: number
}

export function readPhase(phase: number): Phase {
  const rest = Math.floor(phase / 4)
  const upper = Math.floor(rest / 8)
  return { status: phase % 4, role: rest % 8, down: upper % 2 === 1, epoch: Math.floor(upper / 2) }
}

// ---- The slot map -----------------------------------------------------------------------------------------------

/**
 * The map from the point of view of the selected node, or as it really is when none is selected (then the owner is the
 * master that claims the slot under the greatest epoch). It travels as sheets (`session.sheets.get(id)`):
 * only when it has changed.
 *
 * Sheet `slots`: a Uint8Array of 3 x 16,384. Sheet `keys`: a Uint32Array of 16,384: keys of the slot that the selected
 * node holds; that the owner holds when none is selected.
 */
export const SHEETS = { slots: 'slots', keys: 'keys' } as const

/** Where the columns of sheet `slots` begin. */
export const SLOT_COLUMN = {
  /** Actor number + 1 of the owner; 0: nobody; {@link STRANGER}: a node that is none of the actors. */
  owner: 0,
  /** Position in {@link SLOT_STATES}. */
  state: SLOTS,
  /** Actor number + 1 of the other side of a move; 0: none. */
  partner: 2 * SLOTS,
  size: 3 * SLOTS,
} as const

export const STRANGER = 255

/**
 * `migrating`: the point of view gives it away. `importing`: it takes it. `moving`: seen from nowhere, a slot that its
 * owner gives away and its partner takes. `claimed-twice`: seen from nowhere, two masters claim it.
 */
export const SLOT_STATES = ['stable', 'migrating', 'importing', 'moving', 'claimed-twice'] as const

// ---- A key falls into its slot ----------------------------------------------------------------------------------

export interface KeySteps {
  /** The bytes of the key (UTF-8). */
  readonly bytes: readonly number[]
  /** The part that is hashed: the whole key, or what stands in the first `{…}`. */
  readonly from: number
  readonly to: number
  /** The checksum before each byte of the part, shifted through bit by bit, and after it. */
  readonly steps: readonly CrcStep[]
  readonly crc: number
  /** `crc mod 16384`: its lower 14 bits. */
  readonly slot: number
}

export interface CrcStep {
  readonly byte: number
  readonly before: number
  /** The byte laid over the upper half: `before xor (byte << 8)`. */
  readonly mixed: number
  /** After each of the eight shifts; where a 1 fell out, the polynomial 0x1021 was laid over. */
  readonly shifts: readonly number[]
  readonly after: number
}

const POLYNOMIAL = 0x1021

/** One byte of CRC16-XMODEM, bit by bit, as a polynomial division. */
function crcStep(before: number, byte: number): CrcStep {
  const mixed = before ^ (byte << 8)
  const shifts: number[] = []
  let crc = mixed
  for (let bit = 0; bit < 8; bit++) {
    crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : POLYNOMIAL)) & 0xffff
    shifts.push(crc)
  }
  return { byte, before, mixed, shifts, after: crc }
}

/** How a key finds its slot, step by step (cluster specification, "Hash tags"). */
export function keySteps(key: string): KeySteps {
  const bytes = utf8(key)
  const open = bytes.indexOf(OPEN)
  const close = open < 0 ? -1 : bytes.indexOf(CLOSE, open + 1)
  const [from, to] = close <= open + 1 ? [0, bytes.length] : [open + 1, close]
  const steps: CrcStep[] = []
  let crc = 0
  for (const byte of bytes.slice(from, to)) {
    const step = crcStep(crc, byte)
    steps.push(step)
    crc = step.after
  }
  return { bytes, from, to, steps, crc, slot: crc % SLOTS }
}

const OPEN = '{'.charCodeAt(0)
const CLOSE = '}'.charCodeAt(0)

function utf8(text: string): number[] {
  return [...text].flatMap((letter) => {
    const given = letter.codePointAt(0)!
    const point = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given
    const tail = (shift: number) => 0x80 | ((point >> shift) & 0x3f)
    if (point < 0x80) return [point]
    if (point < 0x800) return [0xc0 | (point >> 6), tail(0)]
    if (point < 0x1_0000) return [0xe0 | (point >> 12), tail(6), tail(0)]
    return [0xf0 | (point >> 18), tail(12), tail(6), tail(0)]
  })
}

// ---- Slow state -------------------------------------------------------------------------------------------------

/** The slow part of the picture: tables and texts. */
export interface ClusterView {
  /** Whose knowledge the fields `believed` and the slot map show: the selected node; null: as it really is. */
  readonly pointOfView: string | null
  readonly nodeTimeoutMs: number
  /** Masters with slots, and how many of them are a majority, as the point of view counts. */
  readonly masters: number
  readonly quorum: number
  readonly nodes: readonly NodeView[]
  readonly clients: readonly ClientView[]
  /** Ranges of slots in ascending order; the whole map as text. At most {@link RANGES_MAX}. */
  readonly ranges: readonly SlotRangeView[]
  readonly rangesOmitted: number
  readonly open: readonly OpenSlotView[]
  readonly reports: readonly FailureReportView[]
  readonly elections: readonly ElectionView[]
  readonly replication: readonly ReplicationView[]
  readonly ledger: LedgerView
  /** What an administrator's client does now (`reshard`); null: nothing. */
  readonly job: JobView | null
  /** The selected actor in full; null when nothing (or a message) is selected. */
  readonly selected: ActorTable | null
}

export const RANGES_MAX = 200

/** What a node holds of another one. `unknown`: it is not in its table. */
export type Belief = 'myself' | 'ok' | 'pfail' | 'fail' | 'handshake' | 'noaddr' | 'unknown'

export interface NodeView {
  readonly name: string
  /** Its 40 digits on the bus. */
  readonly id: string
  readonly port: number
  readonly status: 'up' | 'paused' | 'down'
  readonly role: RoleName
  /** Whom it replicates, by its own word. */
  readonly master: string | null
  /** `cluster_state` as the node itself answers. */
  readonly clusterOk: boolean
  readonly currentEpoch: number
  readonly configEpoch: number
  /** Slots by its own word. */
  readonly slots: number
  readonly keys: number
  readonly offset: number
  readonly busy: Busy
  readonly connections: number
  /** Names of running nodes that suspect it (PFAIL), and that hold it for failed (FAIL). */
  readonly suspectedBy: readonly string[]
  readonly failedFor: readonly string[]
  /** As the point of view knows it; null when there is none. */
  readonly believed: BeliefView | null
}

export interface BeliefView {
  readonly belief: Belief
  readonly role: 'master' | 'replica' | 'unknown'
  readonly master: string | null
  readonly slots: number
  readonly configEpoch: number
  /** Its own connection to the node; `none`: not connected. Null for itself. */
  readonly link: 'connected' | 'connecting' | 'none' | null
  /** Milliseconds since the last PONG; null: never, or itself. */
  readonly pongAgeMs: number | null
  /** Milliseconds since a PING without an answer; null: none is outstanding. */
  readonly pingAgeMs: number | null
  readonly reports: number
}

export interface ClientView {
  readonly name: string
  readonly role: 'client' | 'terminal' | 'admin'
  /** `smart` keeps a map of slots, `naive` follows each redirection; null for the terminal and the administrator. */
  readonly style: 'smart' | 'naive' | null
  readonly ratePerSecond: number
  readonly open: number
  readonly calls: number
  readonly answered: number
  readonly moved: number
  readonly ask: number
  readonly tryAgain: number
  readonly down: number
  readonly timeouts: number
  readonly refreshes: number
  /** In the last full second. */
  readonly answeredPerSecond: number
  readonly movedPerSecond: number
  readonly askPerSecond: number
  /** The last answer: `GET foo → (nil)`. */
  readonly last: string | null
}

export interface SlotRangeView {
  readonly first: number
  readonly last: number
  readonly owner: string | null
}

export interface OpenSlotView {
  readonly slot: number
  readonly state: 'migrating' | 'importing'
  /** Who says so. */
  readonly node: string
  readonly partner: string | null
  /** Keys of the slot that this node still (or already) holds. */
  readonly keys: number
}

/** Somebody's word that a node fails, as it stands in a third node's table. */
export interface FailureReportView {
  readonly holder: string
  readonly about: string
  readonly reporter: string
  readonly ageMs: number
  /** Older reports do not count (twice the node timeout). */
  readonly validMs: number
}

export interface ElectionView {
  readonly node: string
  readonly currentEpoch: number
  readonly configEpoch: number
  readonly lastVoteEpoch: number
  /** Null: the node stands in no election. */
  readonly campaign: {
    readonly phase: 'waiting' | 'asking'
    readonly startsInMs: number
    readonly rank: number
    readonly epoch: number
    readonly votes: number
    readonly needed: number
  } | null
  readonly manual: boolean
}

/** A replica and its master. */
export interface ReplicationView {
  readonly replica: string
  readonly master: string
  readonly link: ReplicationLink
  readonly offset: number
  readonly masterOffset: number
  readonly lagBytes: number
  /** What the master knows: the last acknowledged offset and its age; null: it does not list the replica. */
  readonly ackOffset: number | null
  readonly ackAgeMs: number | null
  /** The master's backlog, in bytes. */
  readonly backlogBytes: number
  readonly backlogSize: number
}

/** Acknowledged writes of the clients and what became of them. */
export interface LedgerView {
  readonly acknowledged: number
  /** Its value is in the cluster, or a later write replaced it. */
  readonly survived: number
  /** On one node only: a failure of it would lose them. */
  readonly atRisk: number
  readonly lost: number
  /** Sent, but never answered. */
  readonly unknown: number
  readonly lostBy: readonly { readonly rule: string; readonly count: number }[]
  /** The newest lost writes, newest first. */
  readonly losses: readonly LossView[]
}

export interface LossView {
  readonly key: string
  readonly value: string
  readonly client: string
  readonly node: string
  readonly acknowledgedUs: number
  readonly lostUs: number
  /** Replicas that WAIT had counted; null: the client did not wait. */
  readonly waited: number | null
  readonly rule: string
}

export interface JobView {
  /** The line that began it. */
  readonly title: string
  readonly done: number
  readonly total: number
  /** The step under way: `n3> CLUSTER SETSLOT 5061 NODE 003…`. */
  readonly step: string
  /** Why it stopped; null while it goes on, and when it is finished. */
  readonly failure: string | null
  readonly finished: boolean
}
