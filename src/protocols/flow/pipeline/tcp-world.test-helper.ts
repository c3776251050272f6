import { micros, type NodeId, nodeId, requestId } from '../../../base/brand.ts'
import { Heap, type Ordered } from '../../../base/heap.ts'
import { draw, type StreamKey, streamKey } from '../../../base/prng.ts'
import type { Env, Input, Transition } from '../../../machine/machine.ts'
import { arriveAtLink, type LinkConfig, type LinkState, leaveLink, linkStart, TAIL_DROP } from '../tcp/link.ts'
import type { Segment } from '../tcp/segment.ts'
import { bootReceiver, receiverView, stepReceiverPart } from './receiver.ts'
import { bootSender, SYN_SEQ, stepSenderPart } from './sender.ts'
import { RECEIVER_DEFAULTS, type ReceiverSettings, SENDER_DEFAULTS, type SenderSettings } from './tcp-settings.ts'
import type {
  FlowCommand,
  FlowMessage,
  FlowNote,
  FlowProtocol,
  Parcel,
  PartConfig,
  ReceiverPart,
  SenderPart,
} from './types.ts'

/**
 * Senders `s0`, `s1`, ... and receivers `r0`, `r1`, ... with one line between them, as small an event loop as will do. The
 * same instant happens in the order of tcp/connection.ts: the line, then flow by flow.
 */
export interface WorldSetup {
  readonly senders: readonly Partial<SenderSettings>[]
  /** One for each sender, or one for all of them. */
  readonly receivers?: readonly Partial<ReceiverSettings>[]
  readonly limitPackets?: number
  readonly bitsPerSecond?: number
  readonly forwardUs?: number
  readonly returnUs?: number
  /** Faults, to be seen by the judges: what happens to a step of `part`. */
  readonly stepSender?: typeof stepSenderPart
  readonly stepReceiver?: typeof stepReceiverPart
}

type Part = SenderPart | ReceiverPart

/** `seq`: the rank of what happens at the same instant, then the order in which it was planned. */
interface Happening extends Ordered {
  readonly happen: () => void
}

export const LINE = nodeId('line')
const KINDS = { segment: 1, ack: 2, receiver: 3, sender: 4 } as const

export class TcpWorld {
  nowUs = 0
  readonly parts = new Map<NodeId, Part>()
  readonly notes: { readonly atUs: number; readonly self: NodeId; readonly note: FlowNote }[] = []
  readonly parcels: Parcel[] = []
  readonly persisted: { readonly self: NodeId; readonly durable: unknown }[] = []
  /** When the first acknowledgement came to each sender: the end of the handshake. */
  readonly openedUs: number[] = []
  /** Window updates (acknowledgements of nothing) so far, and what becomes of them. */
  windowUpdates = 0
  losesUpdate: (number: number) => boolean = () => false
  /** What becomes of parcels before the line. */
  losesParcel: (parcel: Parcel) => boolean = () => false
  watch: (before: Part, after: Part) => void = () => {}
  link: LinkState<null>
  private readonly line: LinkConfig<null>
  private readonly key: StreamKey = streamKey(1, 'tcp')
  private readonly inside = new Map<Segment, Parcel>()
  private readonly timers = new Map<NodeId, number>()
  private readonly happenings = new Heap<Happening>()
  private numbers = 0
  private draws = 0

  constructor(private readonly setup: WorldSetup) {
    this.line = {
      bitsPerSecond: setup.bitsPerSecond ?? 10_000_000,
      limitPackets: setup.limitPackets ?? 100,
      discipline: TAIL_DROP,
    }
    this.link = linkStart(this.line)
    for (const [at, patch] of (setup.receivers ?? setup.senders.map(() => ({}))).entries()) {
      const settings = { ...RECEIVER_DEFAULTS, ackDelayUs: 200_000, ...patch }
      this.boot(this.config('receiver', at), { settings, outputs: [], inputs: [LINE] })
    }
    for (const [at, patch] of setup.senders.entries())
      this.boot(this.config('sender', at), {
        settings: { ...SENDER_DEFAULTS, ...patch },
        outputs: [LINE],
        inputs: [],
      })
  }

  sender(at: number): SenderPart {
    return this.parts.get(nodeId(`s${at}`)) as SenderPart
  }

  receiver(at: number): ReceiverPart {
    return this.parts.get(nodeId(`r${at}`)) as ReceiverPart
  }

  /** Bytes that each application has read so far. */
  read(): number[] {
    const all = [...this.parts.values()].flatMap((part) =>
      part.kind === 'receiver' ? receiverView(part).connections : [],
    )
    return this.setup.senders.map((_, at) => all.find(({ from }) => from === `s${at}`)?.deliveredBytes ?? 0)
  }

  /** Everything up to `untilUs`. False: nothing will ever happen again. */
  run(untilUs: number): boolean {
    for (let next = this.happenings.peek(); next && next.time <= untilUs; next = this.happenings.peek()) {
      this.happenings.pop()
      this.nowUs = next.time
      next.happen()
    }
    this.nowUs = untilUs
    return this.happenings.size > 0
  }

  command(name: string, command: FlowCommand): void {
    this.give(nodeId(name), { kind: 'command', request: requestId('act'), command })
  }

  message(to: string, from: string, message: FlowMessage): void {
    this.give(nodeId(to), { kind: 'message', from: nodeId(from), message })
  }

  /** Kills a part and starts it again with what its disk holds. */
  crash(name: string): void {
    const { config, durable } = this.parts.get(nodeId(name))!
    this.timers.delete(config.self)
    this.boot(config, durable)
  }

  private config(kind: Part['kind'], index: number): PartConfig {
    const self = nodeId(`${kind[0]}${index}`)
    return { kind, self, key: streamKey(1, self), index, pipes: [], fault: null }
  }

  private boot(config: PartConfig, durable: Part['durable']): void {
    const env = this.env(config.self, 0)
    const booted =
      config.kind === 'sender'
        ? bootSender(config, durable as SenderPart['durable'], env)
        : bootReceiver(config, durable as ReceiverPart['durable'], env)
    this.carry(config.self, booted)
  }

  private env(self: NodeId, entropy: number): Env {
    return { self, now: micros(this.nowUs), entropy }
  }

  private give(to: NodeId, input: Input<FlowProtocol>, entropy = 0): void {
    const before = this.parts.get(to)!
    const env = this.env(to, entropy)
    const after =
      before.kind === 'sender'
        ? (this.setup.stepSender ?? stepSenderPart)(before, input, env)
        : (this.setup.stepReceiver ?? stepReceiverPart)(before, input, env)
    this.carry(to, after)
    this.watch(before, after.state as Part)
  }

  private carry(self: NodeId, { state, effects }: Transition<FlowProtocol>): void {
    this.parts.set(self, state as Part)
    for (const effect of effects) {
      if (effect.kind === 'send') this.post(self, effect.to, effect.message)
      else if (effect.kind === 'note') this.notes.push({ atUs: this.nowUs, self, note: effect.note })
      else if (effect.kind === 'persist') this.persisted.push({ self, durable: effect.durable })
      else if (effect.kind === 'set-timer') this.timer(self, this.nowUs + effect.after)
      else throw new Error(`unexpected ${effect.kind}`)
    }
  }

  private timer(self: NodeId, atUs: number): void {
    this.timers.set(self, atUs)
    const kind = self.startsWith('s') ? 'sender' : 'receiver'
    this.plan(atUs, this.rank(self, kind), () => {
      if (this.timers.get(self) !== atUs) return
      this.timers.delete(self)
      this.give(self, { kind: 'timer', timer: 'due' })
    })
  }

  private rank = (name: NodeId, kind: keyof typeof KINDS): number => 10 * Number(name.slice(1)) + KINDS[kind]

  private plan(atUs: number, rank: number, happen: () => void): void {
    this.happenings.push({ time: atUs, seq: rank * 1e12 + this.numbers++, happen })
  }

  private post(from: NodeId, to: NodeId, message: FlowMessage): void {
    if (message.kind === 'segment') this.enter(message.parcel)
    else if (to !== LINE) this.back(from, to, message)
  }

  private back(from: NodeId, to: NodeId, message: FlowMessage): void {
    if (message.kind === 'ack' && message.ack.echo === null && this.losesUpdate(this.windowUpdates++)) return
    this.plan(this.nowUs + (this.setup.returnUs ?? 25_000), this.rank(to, 'ack'), () => {
      const open = (this.parts.get(to) as SenderPart).connection.phase === 'open'
      if (!open) this.openedUs[Number(to.slice(1))] ??= this.nowUs
      this.give(to, { kind: 'message', from, message }, open && message.kind === 'ack' ? this.entropy() : 0)
    })
  }

  private enter(parcel: Parcel): void {
    const segment = parcel.segment!
    this.parcels.push(parcel)
    if (this.losesParcel(parcel)) return
    this.inside.set(segment, parcel)
    const packet = { flow: 0, segment, sizeBytes: parcel.sizeBytes, enqueuedUs: this.nowUs }
    const entropy = segment.seq === SYN_SEQ ? 0 : this.entropy()
    this.moved(arriveAtLink(this.line, this.link, packet, this.nowUs, entropy))
  }

  /** The handshake takes no draws, so that the draws behind it are those of tcp/connection.ts. */
  private entropy(): number {
    return draw(this.key, this.draws++)
  }

  private moved(link: LinkState<null>): void {
    const before = this.link.onLine
    this.link = link
    if (link.onLine === null || link.onLine === before) return
    this.plan(link.onLine.doneUs, -1, () => this.leave())
  }

  private leave(): void {
    const { state, outcome } = leaveLink(this.line, this.link, this.nowUs)
    this.moved(state)
    const parcel = this.inside.get(outcome!.segment)!
    this.inside.delete(outcome!.segment)
    const to = nodeId(this.parts.has(nodeId(`r${parcel.origin.slice(1)}`)) ? `r${parcel.origin.slice(1)}` : 'r0')
    this.plan(this.nowUs + (this.setup.forwardUs ?? 25_000), this.rank(parcel.origin, 'segment'), () =>
      this.give(to, { kind: 'message', from: LINE, message: { kind: 'segment', parcel } }),
    )
  }
}
