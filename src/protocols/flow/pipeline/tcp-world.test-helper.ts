import { micros, type NodeId, nodeId, requestId } from '../../../base/brand.ts'
import { Heap, type Ordered } from '../../../base/heap.ts'
import { draw, type StreamKey, streamKey } from '../../../base/prng.ts'
import type { Env, Input, Transition } from '../../../machine/machine.ts'
import { flowMachine } from './machine.ts'
import { receiverView, type stepReceiverPart } from './receiver.ts'
import { SYN_SEQ, type stepSenderPart } from './sender.ts'
import { type Patch, STAGE_DEFAULTS, type StageSettings } from './settings.ts'
import type { StageState } from './stage-state.ts'
import { RECEIVER_DEFAULTS, type ReceiverSettings, SENDER_DEFAULTS, type SenderSettings } from './tcp-settings.ts'
import type {
  FlowCommand,
  FlowDurable,
  FlowMessage,
  FlowNote,
  FlowProtocol,
  FlowState,
  Parcel,
  PartConfig,
  ReceiverPart,
  SenderPart,
} from './types.ts'

/**
 * Senders `s0`, `s1`, ... and receivers `r0`, `r1`, ... with a stage between them that is a line, in as small an event loop
 * as will do. The same instant happens in the order of tcp/connection.ts: the line, then flow by flow.
 */
export interface WorldSetup {
  readonly senders: readonly Partial<SenderSettings>[]
  /** One for each sender, or one for all of them. */
  readonly receivers?: readonly Partial<ReceiverSettings>[]
  readonly limitPackets?: number
  readonly bitsPerSecond?: number
  readonly line?: Patch<StageSettings>
  readonly forwardUs?: number
  readonly returnUs?: number
  /** Faults, to be seen by the judges: what happens to a step of `part`. */
  readonly stepSender?: typeof stepSenderPart
  readonly stepReceiver?: typeof stepReceiverPart
}

type Part = FlowState

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
  private readonly key: StreamKey = streamKey(1, 'tcp')
  private readonly timers = new Map<NodeId, number>()
  private readonly happenings = new Heap<Happening>()
  private numbers = 0
  private draws = 0

  constructor(private readonly setup: WorldSetup) {
    const receivers = setup.receivers ?? setup.senders.map(() => ({}))
    const start = (kind: Part['kind'], at: number, settings: FlowDurable['settings'], outputs: NodeId[]) => {
      const self = kind === 'stage' ? LINE : nodeId(`${kind[0]}${at}`)
      const config = { kind, self, key: streamKey(1, self), index: at, pipes: [], fault: null }
      this.boot(config, { settings, outputs, inputs: [] } as FlowDurable)
    }
    for (const [at, patch] of receivers.entries())
      start('receiver', at, { ...RECEIVER_DEFAULTS, ackDelayUs: 200_000, ...patch }, [])
    const outputs = receivers.map((_, at) => nodeId(`r${at}`))
    start('stage', 0, this.lineSettings(), outputs)
    for (const [at, patch] of setup.senders.entries())
      start('sender', at, { ...SENDER_DEFAULTS, class: at, ...patch }, [LINE])
  }

  /** First in, first out, full is full. */
  private lineSettings(): StageSettings {
    const { limitPackets = 100, bitsPerSecond = 10_000_000, line } = this.setup
    const buffer = { ...STAGE_DEFAULTS.buffer, capacity: limitPackets }
    return { ...STAGE_DEFAULTS, service: { kind: 'bytes', bitsPerSecond }, buffer, balance: 'by-class', ...line }
  }

  get line(): StageState {
    return this.parts.get(LINE) as StageState
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

  private boot(config: PartConfig, durable: FlowDurable): void {
    this.carry(config.self, flowMachine.boot(config, durable, this.env(config.self, 0)))
  }

  private env(self: NodeId, entropy: number): Env {
    return { self, now: micros(this.nowUs), entropy }
  }

  private give(to: NodeId, input: Input<FlowProtocol>, entropy = 0): void {
    const before = this.parts.get(to)!
    const env = this.env(to, entropy)
    const after = this.step(before, input, env)
    this.carry(to, after)
    this.watch(before, after.state)
  }

  private step(state: Part, input: Input<FlowProtocol>, env: Env): Transition<FlowProtocol> {
    const { stepSender, stepReceiver } = this.setup
    if (state.kind === 'sender' && stepSender !== undefined) return stepSender(state, input, env)
    if (state.kind === 'receiver' && stepReceiver !== undefined) return stepReceiver(state, input, env)
    return flowMachine.step(state, input, env)
  }

  private carry(self: NodeId, { state, effects }: Transition<FlowProtocol>): void {
    this.parts.set(self, state)
    for (const effect of effects) {
      if (effect.kind === 'send') this.post(self, effect.to, effect.message)
      else if (effect.kind === 'note') this.notes.push({ atUs: this.nowUs, self, note: effect.note })
      else if (effect.kind === 'persist') this.persisted.push({ self, durable: effect.durable })
      else if (effect.kind === 'set-timer') this.timer(self, this.nowUs + effect.after)
      else if (effect.kind === 'clear-timer') this.timers.delete(self)
      else throw new Error(`unexpected ${effect.kind}`)
    }
  }

  private timer(self: NodeId, atUs: number): void {
    this.timers.set(self, atUs)
    this.plan(atUs, this.rank(self, self.startsWith('s') ? 'sender' : 'receiver'), () => {
      if (this.timers.get(self) !== atUs) return
      this.timers.delete(self)
      this.give(self, { kind: 'timer', timer: 'due' })
    })
  }

  private rank = (name: NodeId, kind: keyof typeof KINDS): number =>
    name === LINE ? -1 : 10 * Number(name.slice(1)) + KINDS[kind]

  private plan(atUs: number, rank: number, happen: () => void): void {
    this.happenings.push({ time: atUs, seq: rank * 1e12 + this.numbers++, happen })
  }

  /** Segments and acknowledgements take their time; what the parts agree on does not. */
  private post(from: NodeId, to: NodeId, message: FlowMessage): void {
    if (message.kind !== 'segment') {
      if (from.startsWith('r') && to !== LINE) this.back(from, to, message)
      else this.give(to, { kind: 'message', from, message })
    } else if (from === LINE) this.leave(to, message.parcel)
    else this.enter(message.parcel)
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
    this.parcels.push(parcel)
    if (this.losesParcel(parcel)) return
    const entropy = parcel.segment!.seq === SYN_SEQ ? 0 : this.entropy()
    this.give(LINE, { kind: 'message', from: parcel.origin, message: { kind: 'segment', parcel } }, entropy)
  }

  /** The handshake takes no draws, so that the draws behind it are those of tcp/connection.ts. */
  private entropy(): number {
    return draw(this.key, this.draws++)
  }

  private leave(to: NodeId, parcel: Parcel): void {
    this.plan(this.nowUs + (this.setup.forwardUs ?? 25_000), this.rank(parcel.origin, 'segment'), () =>
      this.give(to, { kind: 'message', from: LINE, message: { kind: 'segment', parcel } }),
    )
  }
}
