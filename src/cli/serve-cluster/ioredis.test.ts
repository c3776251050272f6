import { Cluster } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults, launch } from './fleet.test-helper.ts'
import type { Fleet } from './fleet.ts'
import { each, keyOfEverySlot, moveSlots, persist } from './keys.test-helper.ts'

let fleet: Fleet
let port: number
let cluster: Cluster

beforeAll(async () => {
  const launched = await launch('--masters 3 --replica-of 1,2,3 --assign --set cluster-node-timeout=1000')
  fleet = launched.fleet
  port = launched.port
  cluster = new Cluster([{ host: '127.0.0.1', port }], {
    slotsRefreshTimeout: 10_000,
    retryDelayOnClusterDown: 20,
    retryDelayOnFailover: 20,
    maxRedirections: 400,
    clusterRetryStrategy: () => 20,
    redisOptions: { connectTimeout: 5000, maxRetriesPerRequest: 1 },
  })
  // Broken connections are part of these tests; without a listener they would be printed.
  cluster.on('node error', () => undefined).on('error', () => undefined)
})
afterAll(async () => {
  cluster.disconnect()
  await fleet.end()
  expect(faults).toEqual([])
})

test('a key of every slot is set and read', async () => {
  const keys = keyOfEverySlot()
  await each(keys, (key, slot) => cluster.set(key, slot))
  const values = await each(keys, (key) => cluster.get(key))
  expect(values).toEqual(keys.map((_, slot) => String(slot)))
  const sizes = await Promise.all(cluster.nodes('master').map((node) => node.dbsize()))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(keys.length)
})

test('several keys of one tag; keys of several slots are refused', async () => {
  await cluster.mset('{tag}a', '1', '{tag}b', '2')
  expect(await cluster.mget('{tag}a', '{tag}b', '{tag}c')).toEqual(['1', '2', null])
  await expect(cluster.mset('a', '1', 'b', '2')).rejects.toThrow(
    "CROSSSLOT Keys in request don't hash to the same slot",
  )
})

test('a transaction', async () => {
  expect(await cluster.multi().set('{m}n', 5).incr('{m}n').get('{m}n').exec()).toEqual([
    [null, 'OK'],
    [null, 6],
    [null, '6'],
  ])
})

test('a message that is published at one node is heard by a subscriber of another', async () => {
  const heard = new Promise<string>((got) => cluster.on('message', (channel, text) => got(`${channel} ${text}`)))
  await cluster.subscribe('news')
  // Some node has the subscriber; every other one tells it over the bus.
  for (const node of cluster.nodes('master')) await node.publish('news', 'hi')
  expect(await heard).toBe('news hi')
})

test('slots move to another master while counters are incremented: none is lost, none counted twice', async () => {
  const [source, target, third] = [port, port + 1, port + 2]
  const slots = [3000, 3001, 3002, 3003]
  const keys = keyOfEverySlot()
  const tags = slots.map((slot) => `{${keys[slot]}}`)
  let moving = true
  const moved = moveSlots(slots, source, target, [source, target, third]).finally(() => (moving = false))
  const counts = new Map<string, number>()
  const count = async (key: string) => {
    while (moving || (counts.get(key) ?? 0) < 20) {
      await cluster.incr(key)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  await Promise.all(tags.flatMap((tag) => Array.from({ length: 10 }, (_, at) => count(`${tag}counter:${at}`))))
  await moved
  for (const [key, expected] of counts) expect([key, await cluster.get(key)]).toEqual([key, String(expected)])
  const owner = await cluster.cluster('SLOTS')
  expect(JSON.stringify(owner)).toContain(`[3000,3003,["127.0.0.1",${target}`)
})

test('a master is killed: its replica takes over, and the client finds it', async () => {
  await cluster.set('bar', 'before')
  expect(
    await cluster
      .nodes('master')
      .find((node) => node.options.port === port)
      ?.wait(1, 2000),
  ).toBeGreaterThanOrEqual(0)
  await fleet.kill('M1')
  await persist(() => cluster.set('bar', 'after'))
  expect(await cluster.get('bar')).toBe('after')
  expect(await cluster.get('hello')).toBeNull()
})
