/**
 * Batching: what waits for company. A batch goes when it is full or when its first item has lingered long enough, as in
 * Kafka's producer (batch.size, linger.ms; RecordAccumulator) and gRPC or database drivers. Times in microseconds.
 */
export interface BatchingConfig {
  /** Items or bytes, whatever the caller counts: a batch is full from here on. */
  readonly sizeMax: number
  /** 0: what is there goes at once. */
  readonly lingerUs: number
  /** What may wait in all; what does not fit is refused (Kafka's buffer.memory, then max.block.ms). */
  readonly bufferMax: number
}

/** Kafka's producer: batch.size 16,384 bytes, linger.ms 0 (5 from 4.0 on), buffer.memory 32 MiB. */
export const KAFKA_PRODUCER: BatchingConfig = Object.freeze({ sizeMax: 16_384, lingerUs: 0, bufferMax: 33_554_432 })

export interface Batch {
  readonly items: number
  readonly size: number
  /** When the first item came. */
  readonly openedUs: number
}

export interface BatchingState {
  readonly open: Batch | null
  /** Sizes handed out and not yet done: they still count against the buffer. */
  readonly awaited: number
}

export type BatchingEvent =
  | { readonly kind: 'item'; readonly size: number }
  | { readonly kind: 'timer' }
  /** A batch of this size was carried out: its room is free again. */
  | { readonly kind: 'done'; readonly size: number }

export interface BatchingOutcome {
  readonly accepted: boolean
  /** Batches that go now, in order. */
  readonly batches: readonly Batch[]
}

export const BATCHING_START: BatchingState = Object.freeze({ open: null, awaited: 0 })

/** When the open batch must go although it is not full. */
export const batchDueUs = ({ lingerUs }: BatchingConfig, { open }: BatchingState): number | null =>
  open === null ? null : open.openedUs + lingerUs

export function stepBatching(
  config: BatchingConfig,
  state: BatchingState,
  event: BatchingEvent,
  nowUs: number,
): { state: BatchingState; outcome: BatchingOutcome } {
  if (event.kind === 'item') return itemCame(config, state, event.size, nowUs)
  const freed = event.kind === 'done' ? { ...state, awaited: state.awaited - event.size } : state
  return flushed(config, freed, nowUs, [], true)
}

function itemCame(config: BatchingConfig, state: BatchingState, size: number, nowUs: number) {
  const { open } = state
  if ((open?.size ?? 0) + state.awaited + size > config.bufferMax)
    return { state, outcome: { accepted: false, batches: [] } }
  // An item that does not fit any more closes the batch and opens the next one.
  const full = open !== null && open.size + size > config.sizeMax
  const before = full ? [open] : []
  const kept = full || open === null ? { items: 0, size: 0, openedUs: nowUs } : open
  const next = {
    open: { ...kept, items: kept.items + 1, size: kept.size + size },
    awaited: state.awaited + (full ? open.size : 0),
  }
  return flushed(config, next, nowUs, before, true)
}

function flushed(
  config: BatchingConfig,
  state: BatchingState,
  nowUs: number,
  before: readonly Batch[],
  accepted: boolean,
): { state: BatchingState; outcome: BatchingOutcome } {
  const { open } = state
  const goes = open !== null && (open.size >= config.sizeMax || nowUs >= open.openedUs + config.lingerUs)
  if (!goes) return { state, outcome: { accepted, batches: before } }
  return {
    state: { open: null, awaited: state.awaited + open.size },
    outcome: { accepted, batches: [...before, open] },
  }
}

/** A batch costs `fixedUs` and `perItemUs` for each item. */
export interface BatchCost {
  readonly fixedUs: number
  readonly perItemUs: number
}

export const batchServiceUs = ({ fixedUs, perItemUs }: BatchCost, items: number): number => fixedUs + perItemUs * items

/** Most items per second that one server can do in batches of `items`. */
export const batchThroughput = (cost: BatchCost, items: number): number =>
  (items * 1_000_000) / batchServiceUs(cost, items)

/** The smallest batch that keeps up with `itemsPerS`, or null: no batch can. */
export function batchToKeepUp({ fixedUs, perItemUs }: BatchCost, itemsPerS: number): number | null {
  const rest = 1_000_000 - itemsPerS * perItemUs
  return rest <= 0 ? null : Math.max(1, Math.ceil((itemsPerS * fixedUs) / rest))
}
