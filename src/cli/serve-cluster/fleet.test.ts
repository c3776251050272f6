import { createConnection } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bulk, integer, OK, type Reply, simple } from '../../protocols/cluster/reply.ts'
import { faults, launch, Wire } from './fleet.test-helper.ts'
import type { Fleet } from './fleet.ts'
import { perform } from './verbs.ts'

let fleet: Fleet
let port: number

beforeAll(async () => {
  const launched = await launch('--masters 3 --replica-of 1 --assign --set cluster-node-timeout=1000')
  fleet = launched.fleet
  port = launched.port
})
afterAll(async () => {
  await fleet.end()
  expect(faults).toEqual([])
})

/** `bar` has slot 5061: M1. */
const M1 = () => Wire.open(port)
const pong = simple('PONG')

describe('protocols', () => {
  test('inline, RESP2 and RESP3, also cut in pieces and many at once', async () => {
    const wire = await M1()
    wire.write('PING\r\nSET bar "1 2"\r\n')
    expect([await wire.reply(), await wire.reply()]).toEqual([pong, OK])
    for (const byte of '*2\r\n$3\r\nGET\r\n$3\r\nbar\r\n') wire.write(byte)
    expect(await wire.reply()).toEqual(bulk('1 2'))
    expect(await wire.say('HELLO', '3')).toMatchObject({ kind: 'map' })
    wire.write('PING\r\n'.repeat(5000))
    for (let count = 0; count < 5000; count++) expect(await wire.reply()).toEqual(pong)
    expect(await wire.say('GET', '{bar}none')).toEqual({ kind: 'null' })
    wire.end()
  })

  test('values are bytes', async () => {
    const wire = await M1()
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
    expect(await wire.say('SET', 'bar', all)).toEqual(OK)
    expect(await wire.say('GET', 'bar')).toEqual(bulk(all))
    wire.end()
  })

  test.each([
    ['*x\r\n', '-ERR Protocol error: invalid multibulk length'],
    ['*1\r\nPING\r\n', "-ERR Protocol error: expected '$', got 'P'"],
    ['*1\r\n$536870913\r\n', '-ERR Protocol error: invalid bulk length'],
    ['*1\r\n$-1\r\n', '-ERR Protocol error: invalid bulk length'],
    ['SET "a\r\n', '-ERR Protocol error: unbalanced quotes in request'],
    ['x'.repeat(70_000), '-ERR Protocol error: too big inline request'],
  ])('malformed %#: a protocol error behind the earlier answers, then the end', async (bytes, message) => {
    const wire = await M1()
    wire.write(`PING\r\n${bytes}`)
    await wire.until(() => wire.closed)
    expect(wire.text).toBe(`+PONG\r\n${message}\r\n`)
    const other = await M1()
    expect(await other.say('PING')).toEqual(pong)
    other.end()
  })

  test('a page in a browser gets nothing', async () => {
    const wire = await M1()
    wire.write('POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET bar evil\r\n')
    await wire.until(() => wire.closed)
    expect(wire.text).toBe('')
  })

  test('QUIT ends the connection behind its answer', async () => {
    const wire = await M1()
    wire.write('QUIT\r\nPING\r\n')
    await wire.until(() => wire.closed)
    expect(wire.text).toBe('+OK\r\n')
  })
})

describe('hard clients', () => {
  test('one that does not read is not read from, and nobody else notices; when it reads, all is there', async () => {
    const value = 'x'.repeat(20_000)
    const other = await M1()
    expect(await other.say('SET', 'bar', value)).toEqual(OK)
    // More requests than sockets hold, so that it shows that nobody takes them; their answers are 10 GB.
    const count = 500_000
    const greedy = createConnection(port, '127.0.0.1').pause()
    greedy.write('GET bar\r\n'.repeat(count))
    for (let asked = 0; asked < 200; asked++) expect(await other.say('PING')).toEqual(pong)
    expect(greedy.writableLength).toBeGreaterThan(0)
    const wanted = 2000 * `$20000\r\n${value}\r\n`.length
    let got = 0
    await new Promise<void>((enough) => {
      greedy
        .on('error', () => undefined)
        .on('data', (chunk) => {
          got += chunk.length
          if (got >= wanted) enough()
        })
      greedy.resume()
    })
    greedy.destroy()
    other.end()
  })

  test('a subscriber that never reads is given up, and its publisher is not held up', async () => {
    const deaf = await M1()
    expect(await deaf.say('SUBSCRIBE', 'news')).toMatchObject({ kind: 'array' })
    deaf.socket.pause()
    const publisher = await M1()
    let sent = 0
    for (let heard: Reply = integer(1); heard.kind === 'integer' && heard.value === 1; sent++)
      heard = await publisher.say('PUBLISH', 'news', 'x'.repeat(1 << 20))
    // 32 MB wait here, and what the sockets of both sides hold.
    expect(sent).toBeGreaterThan(32)
    expect(sent).toBeLessThan(100)
    deaf.end()
    publisher.end()
  })

  test('a command behind a blocked one waits; closing meanwhile harms nobody', async () => {
    const blocked = await M1()
    blocked.write('BLPOP {bar}list 0\r\nPING\r\n')
    const other = await M1()
    expect(await other.say('PING')).toEqual(pong)
    expect(blocked.text).toBe('')
    expect(await other.say('RPUSH', '{bar}list', 'a')).toEqual(integer(1))
    expect(await blocked.reply()).toMatchObject({ kind: 'array' })
    expect(await blocked.reply()).toEqual(pong)
    blocked.write('BLPOP {bar}list 0\r\n')
    blocked.end()
    expect(await other.say('RPUSH', '{bar}other', 'a')).toEqual(integer(1))
    other.end()
  })

  test('a thousand connections', async () => {
    const wires = await Promise.all(Array.from({ length: 1000 }, M1))
    expect(new Set((await Promise.all(wires.map((wire) => wire.say('PING')))).map(({ kind }) => kind))).toEqual(
      new Set(['simple']),
    )
    for (const wire of wires) wire.end()
    const after = await M1()
    expect(await after.say('PING')).toEqual(pong)
    after.end()
  })
})

describe('verbs', () => {
  test('a killed node refuses; restarted it is there again, a replica of its replica', async () => {
    const client = await M1()
    expect(await client.say('PING')).toEqual(pong)
    expect(await perform(fleet, 'kill M3')).toBe('ok')
    await expect(Wire.open(port + 2)).rejects.toThrow('ECONNREFUSED')
    expect(await perform(fleet, 'kill M3')).toBe('error M3 is down already')
    expect(await perform(fleet, 'restart M3')).toBe('ok')
    const again = await Wire.open(port + 2)
    expect(await again.say('PING')).toEqual(pong)
    expect(await perform(fleet, 'restart M3')).toBe('error M3 runs; only a killed node restarts')
    again.end()
    client.end()
  })

  test('the clients of a killed node lose their connections', async () => {
    const client = await Wire.open(port + 2)
    expect(await client.say('PING')).toEqual(pong)
    await perform(fleet, 'kill M3')
    await client.until(() => client.closed)
    await perform(fleet, 'restart M3')
  })

  test('a paused node answers when it goes on', async () => {
    const client = await Wire.open(port + 1)
    expect(await perform(fleet, 'pause M2')).toBe('ok')
    client.write('PING\r\n')
    const other = await M1()
    expect(await other.say('PING')).toEqual(pong)
    expect(client.text).toBe('')
    expect(await perform(fleet, 'pause M2')).toBe('error M2 is paused already')
    expect(await perform(fleet, 'resume M2')).toBe('ok')
    expect(await client.reply()).toEqual(pong)
    expect(await perform(fleet, 'resume M2')).toBe('error M2 is not paused')
    other.end()
    client.end()
  })

  test('an option is set on every node', async () => {
    expect(await perform(fleet, 'set cluster-node-timeout 1500')).toBe('ok')
    for (const at of [0, 1, 2, 3]) {
      const wire = await Wire.open(port + at)
      const answer = await wire.say('CONFIG', 'GET', 'cluster-node-timeout')
      expect(answer).toMatchObject({ items: [bulk('cluster-node-timeout'), bulk('1500')] })
      wire.end()
    }
  })

  test.each([
    ['kill', 'error expected the name of one node'],
    ['kill M1 M2', 'error expected the name of one node'],
    ['kill M9', 'error there is no node M9; there are M1 M2 M3 R1'],
    ['partition M1', 'error expected groups with | between: partition M1 | M2 M3'],
    ['partition M1 | M1', 'error M1 stands in two groups'],
    ['partition M1 | M7', 'error there is no node M7; there are M1 M2 M3 R1'],
    ['heal M1', 'error heal takes no names: it mends every cut'],
    ['set cluster-node-timeout', 'error expected an option and a value'],
    ['set cluster-node-timeout soon', "error cluster-node-timeout soon: argument couldn't be parsed into an integer"],
    ['set bogus 1', 'error bogus 1: there is no option bogus'],
    ['explode', 'error there is no verb "explode"; expected one of kill restart pause resume partition heal set quit'],
  ])('%s', async (line, answer) => {
    expect(await perform(fleet, line)).toBe(answer)
  })

  test('a partition cuts nodes, not clients; the lonely one goes down and comes back', async () => {
    expect(await perform(fleet, 'partition M2 | M1 M3 R1')).toBe('ok')
    const lonely = await Wire.open(port + 1)
    const isDown = (reply: Reply) => reply.kind === 'error' && reply.text === 'CLUSTERDOWN The cluster is down'
    while (!isDown(await lonely.say('GET', 'user:0'))) expect(lonely.closed).toBe(false)
    expect(await perform(fleet, 'heal')).toBe('ok')
    while (isDown(await lonely.say('GET', 'user:0'))) expect(lonely.closed).toBe(false)
    lonely.end()
  })
})

test('a port that is taken is bad input that says which', async () => {
  const other = launch('--masters 1')
  const { fleet: second, port: taken } = await other
  const { Fleet: Again } = await import('./fleet.ts')
  const { readWanted } = await import('./shape.ts')
  const surroundings = { seed: 1, nowMs: Date.now, onFault: () => undefined }
  await expect(Again.launch(readWanted(['--masters', '1', '--port', `${taken}`]), surroundings)).rejects.toThrow(
    `port ${taken} of 127.0.0.1: somebody listens there already`,
  )
  await second.end()
})
