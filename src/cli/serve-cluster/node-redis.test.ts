import { createCluster } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults, launch } from './fleet.test-helper.ts'
import type { Fleet } from './fleet.ts'
import { each, keyOfEverySlot, moveSlots, persist } from './keys.test-helper.ts'

let fleet: Fleet
let port: number

const connect = () =>
  createCluster({
    rootNodes: [{ url: `redis://127.0.0.1:${port}` }, { url: `redis://127.0.0.1:${port + 1}` }],
    defaults: { socket: { connectTimeout: 5000, reconnectStrategy: () => 20 } },
    maxCommandRedirections: 400,
  })
let cluster: ReturnType<typeof connect>

beforeAll(async () => {
  const launched = await launch('--masters 3 --replica-of 1,2,3 --assign --set cluster-node-timeout=1000')
  fleet = launched.fleet
  port = launched.port
  cluster = connect()
  // Broken connections are part of these tests; without a listener they would be thrown.
  cluster.on('error', () => undefined).on('node-error', () => undefined)
  await cluster.connect()
})
afterAll(async () => {
  cluster.destroy()
  await fleet.end()
  expect(faults).toEqual([])
})

test('a key of every fourth slot is set and read', async () => {
  const keys = keyOfEverySlot().filter((_, slot) => slot % 4 === 0)
  await each(keys, (key, slot) => cluster.set(key, `${slot}`))
  const values = await each(keys, (key) => cluster.get(key))
  expect(values).toEqual(keys.map((_, slot) => String(slot)))
})

test('several keys of one tag; keys of several slots are refused', async () => {
  await cluster.mSet({ '{tag}a': '1', '{tag}b': '2' })
  expect(await cluster.mGet(['{tag}a', '{tag}b', '{tag}c'])).toEqual(['1', '2', null])
  await expect(cluster.rename('{tag}a', 'b')).rejects.toThrow("CROSSSLOT Keys in request don't hash to the same slot")
})

test('a transaction; hashes come as maps', async () => {
  expect(await cluster.multi().set('{m}n', '5').incr('{m}n').get('{m}n').exec()).toEqual(['OK', 6, '6'])
  await cluster.hSet('{m}hash', { field: 'value', other: '2' })
  expect({ ...(await cluster.hGetAll('{m}hash')) }).toEqual({ field: 'value', other: '2' })
})

test('messages of channels and of sharded channels are heard', async () => {
  const heard = new Promise<string>((got) => void cluster.subscribe('news', (text) => got(text)))
  const sharded = new Promise<string>((got) => void cluster.sSubscribe('shard-news', (text) => got(text)))
  let done = false
  const both = Promise.all([heard, sharded]).finally(() => (done = true))
  while (!done) {
    await cluster.publish('news', 'hi')
    await cluster.sPublish('shard-news', 'hello')
  }
  expect(await both).toEqual(['hi', 'hello'])
})

test('slots move to another master while lists grow: no element is lost, none is doubled', async () => {
  const [source, target, third] = [port, port + 1, port + 2]
  const keys = keyOfEverySlot()
  const slots = [100, 101, 102, 103]
  const lists = slots.map((slot) => `{${keys[slot]}}list`)
  let moving = true
  const moved = moveSlots(slots, source, target, [source, target, third]).finally(() => (moving = false))
  const pushed = await Promise.all(
    lists.map(async (list) => {
      let count = 0
      while (moving || count < 20) await cluster.rPush(list, `${count++}`)
      return count
    }),
  )
  await moved
  for (const [at, list] of lists.entries())
    expect(await cluster.lRange(list, 0, -1)).toEqual(Array.from({ length: pushed[at]! }, (_, each) => `${each}`))
})

test('a master is killed: its replica takes over, and the client finds it', async () => {
  await cluster.set('bar', 'before')
  await fleet.kill('M1')
  await persist(() => cluster.set('bar', 'after'))
  expect(await cluster.get('bar')).toBe('after')
})
