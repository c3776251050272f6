import { unreachable } from '../../base/assert.ts'
import { formatDuration } from '../../base/units.ts'
import type { Words } from '../../engine/lab.ts'
import { presentIn } from '../../protocols/flow/pipeline/stage-state.ts'
import type {
  DemandSignal,
  FlowCommand,
  FlowMessage,
  FlowNote,
  FlowProtocol,
  FlowState,
  Parcel,
} from '../../protocols/flow/pipeline/types.ts'

/** How the things of the flow lab are called. */

function noteText({ kind, value }: FlowNote, part: string): string {
  switch (kind) {
    case 'queue-full':
      return `${part} is full: ${value} wait, and what comes is turned away`
    case 'blocked':
      return `${part} is blocked: nobody asks for what it has done`
    case 'unblocked':
      return `${part} may go on`
    case 'drained':
      return `${part} has worked off its queue`
    case 'breaker-opened':
      return `${part} opens its circuit breaker`
    case 'breaker-half-open':
      return `${part} tries again through its breaker`
    case 'breaker-closed':
      return `${part} closes its circuit breaker`
    case 'scaled-up':
    case 'scaled-down':
      return `${part} is to have ${value} server${value === 1 ? '' : 's'}`
    case 'evicted':
      return `${part} is thought dead and loses its partition`
    case 'rejoined':
      return `${part} has its partition again`
    case 'timed-out':
      return `${part} has waited too long for an acknowledgement`
    case 'loss-repaired':
      return `${part} repairs a loss`
    case 'zero-window':
      return value === 1 ? `${part} may send nothing more: the window is closed` : `${part} may send again`
    case 'ejected':
      return `${part} leaves output ${value + 1} alone`
    case 'returned':
      return `${part} asks output ${value + 1} again`
    case 'memory-limit':
      return `${part} has reached the limit of ${value}: more are turned away`
    case 'changed':
      return `${part} is set anew`
    default:
      return unreachable(kind)
  }
}

const parcelText = ({ id, attempt }: Parcel): string => `${id}${attempt === 0 ? '' : `, attempt ${attempt + 1}`}`

function demandText(signal: DemandSignal): string {
  switch (signal.how) {
    case 'open':
      return 'send what you have'
    case 'request':
      return `request(${Number.isFinite(signal.n) ? signal.n : 'unbounded'})`
    case 'window':
      return `WINDOW_UPDATE ${signal.bytes} B`
    case 'pause':
      return 'write() returned false'
    case 'resume':
      return "'drain'"
    default:
      return unreachable(signal)
  }
}

export function messageText(message: FlowMessage): string {
  switch (message.kind) {
    case 'item':
      return `request ${parcelText(message.parcel)}`
    case 'segment': {
      const { seq, length, record } = message.parcel.segment!
      return `segment ${seq}…${seq + length}${record.retransmission ? ', again' : ''}`
    }
    case 'answer':
      return message.outcome === 'done' ? `answer to ${message.id}` : `${message.id} is turned away: ${message.outcome}`
    case 'demand':
      return demandText(message.signal)
    case 'subscribe':
      return 'subscribe'
    case 'cancel':
      return 'cancel'
    case 'ack':
      return `ACK ${message.ack.ack}, window ${message.ack.windowBytes} B`
    default:
      return unreachable(message)
  }
}

type Field = ReturnType<Words<FlowProtocol>['fields']>[number]

function fieldsOf(value: object): readonly Field[] {
  return Object.entries(value)
    .filter(([name]) => name !== 'kind')
    .map(([name, inner]) => ({ name, value: fieldText(name, inner) }))
}

const fieldText = (name: string, value: unknown): string => {
  if (typeof value === 'number' && name.endsWith('Us')) return formatDuration(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

const commandText = (command: FlowCommand): string =>
  command.kind === 'connect' || command.kind === 'disconnect' ? `${command.kind} ${command.to}` : 'set'

const RULES: Record<FlowMessage['kind'], { readonly text: string; readonly source: string }> = {
  item: { text: 'It passes the limits into the buffer, and to a server when one is free.', source: 'queueing' },
  segment: { text: 'It waits for the line, or for its place in the order of bytes.', source: 'RFC 9293, 3.8' },
  answer: { text: 'The attempt is over: it counts, or it is sent again.', source: 'the client' },
  demand: { text: 'So much more may be sent on this pipe.', source: 'Reactive Streams 1.1, RFC 9113 6.9' },
  subscribe: { text: 'Whoever subscribes is told what it may send.', source: 'Reactive Streams 1.0.4, 2.1' },
  cancel: { text: 'Nothing more is expected on this pipe.', source: 'Reactive Streams 1.0.4, 3.12' },
  ack: { text: 'The window moves on, and the congestion algorithm learns.', source: 'RFC 5681, RFC 9293' },
}

function traceState(state: FlowState): Readonly<Record<string, unknown>> {
  const common = { kind: state.kind, settings: state.durable.settings, outputs: state.durable.outputs }
  switch (state.kind) {
    case 'stage':
      return { ...common, present: presentIn(state), busy: state.serving.length, counts: state.counts }
    case 'source':
      return { ...common, open: state.calls.size, inFlight: state.inFlight, counts: state.counts }
    default:
      return common
  }
}

export const words: Words<FlowProtocol> = {
  note: noteText,
  message: messageText,
  timer: () => 'something is due',
  command: commandText,
  result: () => 'done',
  fields: (message) => fieldsOf('parcel' in message ? message.parcel : message),
  rule: (_state, message) => RULES[message.kind],
  historyOp: () => null,
  traceState,
}
