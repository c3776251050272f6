import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodeId } from '../../../base/brand.ts'
import { item } from '../item.ts'
import { KAFKA_CONSUMER, type KafkaConsumerConfig } from '../streams/kafka-consumer.ts'
import {
  type KafkaPart,
  kafkaLag,
  kafkaLeft,
  kafkaPartStart,
  kafkaPartWakeUs,
  kafkaPoll,
  kafkaProduced,
  kafkaTake,
  kafkaTimer,
  kafkaWaiting,
} from './kafka.ts'
import type { Parcel } from './types.ts'

const WEB = nodeId('web')
const parcel = (id: number, sizeBytes = 1_000): Parcel => ({
  ...item({ id, sizeBytes }),
  origin: WEB,
  via: WEB,
  segment: null,
  entered: 1,
  enteredUs: 0,
  epoch: 0,
  asked: true,
})

const produced = (start: KafkaPart, ids: readonly number[], sizeBytes = 1_000): KafkaPart =>
  ids.reduce((part, id) => kafkaProduced(part, parcel(id, sizeBytes)), start)

const range = (length: number): number[] => Array.from({ length }, (_, id) => id)

interface Done {
  readonly id: number
  readonly repeated: boolean
}

/** The servers begin with everything that the last poll gave. */
function worked(start: KafkaPart): { readonly part: KafkaPart; readonly done: readonly Done[] } {
  const done: Done[] = []
  let part = start
  for (let next = kafkaTake(part); next !== null; next = kafkaTake(part)) {
    part = next.part
    done.push({ id: next.parcel.id, repeated: next.repeated })
  }
  return { part, done }
}

const CONFIG: KafkaConsumerConfig = { ...KAFKA_CONSUMER, maxPollRecords: 10 }
const idsOf = (done: readonly Done[]): number[] => done.map(({ id }) => id)

describe('a consumer that keeps up', () => {
  test('gets at most max.poll.records at a time, in order, and commits them with the next poll', () => {
    let part = produced(kafkaPartStart(0), range(25))
    const batches: number[][] = []
    const lags: number[] = []
    for (let nowUs = 0; nowUs < 4; nowUs++) {
      part = kafkaPoll(CONFIG, part, false, nowUs).part
      lags.push(kafkaLag(part))
      const { part: rest, done } = worked(part)
      part = rest
      batches.push(idsOf(done))
      expect(done.every(({ repeated }) => !repeated)).toBe(true)
    }
    expect(batches).toEqual([range(10), range(20).slice(10), range(25).slice(20), []])
    expect(lags).toEqual([25, 15, 5, 0])
    expect([kafkaWaiting(part), kafkaLeft(part)]).toEqual([0, []])
  })

  test('a fetch is bounded by bytes, but one record always comes', () => {
    const few = { ...CONFIG, maxPartitionFetchBytes: 3_500 }
    const part = produced(kafkaPartStart(0), range(9))
    expect(kafkaPoll(few, part, false, 0).part.records.length).toBe(3)
    expect(kafkaPoll({ ...CONFIG, fetchMaxBytes: 2_000 }, part, false, 0).part.records.length).toBe(2)
    expect(kafkaPoll({ ...CONFIG, fetchMaxBytes: 1 }, part, false, 0).part.records.length).toBe(1)
  })

  test('a fetch waits for fetch.min.bytes, but no longer than fetch.max.wait.ms', () => {
    const patient = { ...CONFIG, fetchMinBytes: 2_500 }
    const two = produced(kafkaPartStart(0), range(2))
    const early = kafkaPoll(patient, two, false, 100).part
    expect(early.records.length).toBe(0)
    expect(kafkaPartWakeUs(patient, early)).toBe(100 + patient.fetchMaxWaitUs)
    expect(kafkaPoll(patient, kafkaProduced(early, parcel(2)), false, 200).part.records.length).toBe(3)
    expect(kafkaPoll(patient, early, false, 99 + patient.fetchMaxWaitUs).part.records.length).toBe(0)
    expect(kafkaPoll(patient, early, false, 100 + patient.fetchMaxWaitUs).part.records.length).toBe(2)
  })
})

describe('a consumer that is too slow', () => {
  /** It has begun with a batch of 10 at 0; heartbeats go on while it works. */
  const begun = worked(kafkaPoll(CONFIG, produced(kafkaPartStart(0), range(25)), false, 0).part).part

  function beating(start: KafkaPart, fromUs: number, toUs: number) {
    let part = start
    let evicted = 0
    for (let nowUs = fromUs; nowUs <= toUs; nowUs += CONFIG.heartbeatIntervalUs) {
      const step = kafkaTimer(CONFIG, part, nowUs)
      part = step.part
      if (step.evicted) evicted++
    }
    return { part, evicted }
  }

  test('lives on heartbeats until max.poll.interval.ms, then loses its partition once', () => {
    expect(beating(begun, 0, CONFIG.maxPollIntervalUs - 1).evicted).toBe(0)
    const { part, evicted } = beating(begun, 0, 2 * CONFIG.maxPollIntervalUs)
    expect([evicted, part.group.membership.kind]).toEqual([1, 'evicted'])
  })

  test('a process that does not even send heartbeats loses it after session.timeout.ms', () => {
    expect(kafkaTimer(CONFIG, begun, CONFIG.sessionTimeoutUs - 1).evicted).toBe(false)
    expect(kafkaTimer(CONFIG, begun, CONFIG.sessionTimeoutUs).evicted).toBe(true)
  })

  test('after a rebalance it does again what was not committed, and then the rest', () => {
    const lateUs = CONFIG.maxPollIntervalUs
    const polled = kafkaPoll(CONFIG, beating(begun, 0, lateUs - 1).part, false, lateUs)
    expect([polled.evicted, polled.joined, polled.part.records.length]).toEqual([true, false, 0])
    const readyUs = lateUs + CONFIG.rebalanceUs
    expect(kafkaPartWakeUs(CONFIG, polled.part)).toBe(readyUs)
    expect(kafkaPoll(CONFIG, polled.part, false, readyUs - 1).part.records.length).toBe(0)
    const joined = kafkaTimer(CONFIG, polled.part, readyUs)
    expect([joined.joined, joined.evicted]).toEqual([true, false])
    const again = worked(kafkaPoll(CONFIG, joined.part, false, readyUs).part)
    expect(again.done).toEqual(range(10).map((id) => ({ id, repeated: true })))
    const rest = worked(kafkaPoll(CONFIG, again.part, false, readyUs + 1).part)
    expect(rest.done).toEqual(
      range(20)
        .slice(10)
        .map((id) => ({ id, repeated: false })),
    )
    expect(kafkaLag(rest.part)).toBe(15)
  })

  test('what it has in hand when it loses the partition it finishes all the same', () => {
    const half = kafkaTake(kafkaPoll(CONFIG, produced(kafkaPartStart(0), range(10)), false, 0).part)!.part
    const { part } = kafkaTimer(CONFIG, half, CONFIG.maxPollIntervalUs)
    expect(idsOf(worked(part).done)).toEqual(range(10).slice(1))
  })
})

test('pause() keeps polling: no records, no eviction, and what was done is committed', () => {
  let part = worked(kafkaPoll(CONFIG, produced(kafkaPartStart(0), range(25)), false, 0).part).part
  for (let nowUs = 0; nowUs < 3 * CONFIG.maxPollIntervalUs; nowUs += CONFIG.heartbeatIntervalUs) {
    const step = kafkaPoll(CONFIG, part, true, nowUs)
    part = step.part
    expect([step.evicted, part.records.length]).toEqual([false, 0])
  }
  expect(kafkaLag(part)).toBe(15)
  const resumed = kafkaPoll(CONFIG, part, false, 3 * CONFIG.maxPollIntervalUs).part
  expect(idsOf(worked(resumed).done)).toEqual(range(20).slice(10))
})

test('a queue that takes the place of the log gets what nobody has begun', () => {
  const polled = kafkaPoll(CONFIG, produced(kafkaPartStart(0), range(25)), false, 0).part
  const { part } = kafkaTake(kafkaTake(polled)!.part)!
  expect(kafkaWaiting(part)).toBe(23)
  expect(kafkaLeft(part).map(({ id }) => id)).toEqual(range(25).slice(2))
})

test('however it goes, each record is done once for the first time, in order, and the timer is never set to the past', () => {
  const step = fc.record({
    kind: fc.constantFrom('produce', 'produce', 'produce', 'work', 'work', 'timer', 'pause'),
    afterUs: fc.constantFrom(0, 1_000, 400_000, 20_000_000, 290_000_000, 301_000_000),
  })
  const config = { ...CONFIG, maxPollRecords: 3, fetchMinBytes: 1_500 }
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let part = kafkaPartStart(0)
      let made = 0
      let nowUs = 0
      const first: number[] = []
      for (const { kind, afterUs } of steps) {
        nowUs += afterUs
        if (kind === 'produce') part = kafkaProduced(part, parcel(made++))
        else if (kind === 'timer') part = kafkaTimer(config, part, nowUs).part
        else {
          part = kafkaPoll(config, part, kind === 'pause', nowUs).part
          const { part: rest, done } = worked(part)
          part = rest
          first.push(...done.filter(({ repeated }) => !repeated).map(({ id }) => id))
          expect(kafkaPartWakeUs(config, part) ?? nowUs + 1).toBeGreaterThan(nowUs)
        }
        expect(first).toEqual(range(made - kafkaWaiting(part)))
        expect(kafkaLag(part)).toBeGreaterThanOrEqual(kafkaWaiting(part))
        expect(kafkaLeft(part).map(({ id }) => id)).toEqual(range(made).slice(first.length))
      }
      // Left in peace it does all the rest.
      for (let turn = 0; turn < 2 * made + 6; turn++) {
        nowUs += config.rebalanceUs
        part = worked(kafkaPoll(config, part, false, nowUs).part).part
      }
      expect([kafkaLag(part), kafkaWaiting(part)]).toEqual([0, 0])
      // The log does not keep what nobody will read.
      expect(part.log.length).toBeLessThanOrEqual(1)
    }),
  )
})
