import { describe, expect, test } from 'vitest'
import type { BusMessage } from '../messages.ts'
import { FLAG } from '../peers.ts'
import { BusWorld, SIX } from './bus.test-helper.ts'
import { startHandshake } from './handshake.ts'
import { forgetNode, resetNode } from './membership.ts'

const NT = 1500
const alone = (count: number) => new BusWorld({ extra: count, assign: false }, { nodeTimeoutMs: NT })

const meet = (world: BusWorld, who: string, whom: string): boolean =>
  world.act(who, (turn) => startHandshake(turn, '127.0.0.1', world.port(whom), world.port(whom) + 10_000))

const knows = (world: BusWorld, who: string): string[] =>
  world
    .cluster(who)
    .peers.all()
    .filter((peer) => (peer.flags & FLAG.handshake) === 0)
    .map(({ id }) => world.names.find((name) => world.id(name) === id) ?? id)
    .toSorted()

const isMesh = (world: BusWorld): boolean =>
  world.names.every(
    (name) =>
      knows(world, name).join() === world.names.join() &&
      world
        .cluster(name)
        .peers.all()
        .every((peer) => peer.link?.state === 'connected' || peer.id === world.id(name)),
  )

describe('MEET', () => {
  test('a chain of MEETs makes a full mesh, in seconds', () => {
    const world = alone(5)
    for (let at = 1; at < 5; at++) expect(meet(world, `X${at}`, `X${at + 1}`)).toBe(true)
    expect(world.until('a full mesh', () => isMesh(world))).toBeLessThan(6000)
    const { sent, received } = world.cluster('X1')
    expect([sent.Meet, received.Meet]).toEqual([1, 0])
    expect(world.heard('handshake-done', 'X1').length).toBeGreaterThanOrEqual(1)
  })

  test('a node learns its own address from the connections that others make', () => {
    const world = alone(2)
    expect(world.peer('X2', 'X2').ip).toBe('')
    meet(world, 'X1', 'X2')
    world.until('a full mesh', () => isMesh(world))
    expect(world.peer('X2', 'X2').ip).toBe('127.0.0.1')
  })

  test('meeting a node that is known already changes nothing', () => {
    const world = alone(2)
    meet(world, 'X1', 'X2')
    world.until('a full mesh', () => isMesh(world))
    meet(world, 'X1', 'X2')
    expect(world.cluster('X1').peers.size).toBe(3)
    world.run(500)
    expect(world.cluster('X1').peers.size).toBe(2)
    expect(isMesh(world)).toBe(true)
  })

  test('meeting oneself changes nothing', () => {
    const world = alone(1)
    meet(world, 'X1', 'X1')
    world.run(500)
    expect(knows(world, 'X1')).toEqual(['X1'])
    expect(world.cluster('X1').peers.size).toBe(1)
  })

  test('a second MEET of an address waits for the first; a name, and port 0, are no addresses', () => {
    const world = alone(2)
    meet(world, 'X1', 'X2')
    expect(meet(world, 'X1', 'X2')).toBe(true)
    expect(world.cluster('X1').peers.size).toBe(2)
    for (const [ip, port] of [
      ['localhost', 7002],
      ['127.0.0.256', 7002],
      ['127.0.0.1', 0],
      ['127.0.0.1', 65_536],
    ] as const) {
      expect(world.act('X1', (turn) => startHandshake(turn, ip, port, 17_002))).toBe(false)
    }
  })

  test('a handshake without an answer is given up after the node timeout, one second at least', () => {
    for (const [nodeTimeoutMs, lifeMs] of [
      [1500, 1500],
      [300, 1000],
    ] as const) {
      const world = new BusWorld({ extra: 2, assign: false }, { nodeTimeoutMs })
      world.kill('X2')
      meet(world, 'X1', 'X2')
      const took = world.until('the handshake is given up', () => world.cluster('X1').peers.size === 1)
      expect(took).toBeGreaterThan(lifeMs)
      expect(took).toBeLessThanOrEqual(lifeMs + 200)
    }
  })
})

describe('membership', () => {
  test('a node that was reset stays alone, however often it is pinged, until somebody MEETs it', () => {
    const world = new BusWorld(SIX, { nodeTimeoutMs: NT })
    world.run(3000)
    world.act('R3', (turn) => resetNode(turn, false))
    const before = world.cluster('R3').received.Ping
    world.run(10_000)
    expect(world.cluster('R3').received.Ping).toBeGreaterThan(before)
    expect(knows(world, 'R3')).toEqual(['R3'])
    expect(world.peer('M1', 'R3').flags & FLAG.master).toBe(FLAG.master)
    meet(world, 'M1', 'R3')
    world.until('a full mesh', () => isMesh(world))
  })

  test('a hard reset gives a new id and epochs 0; the others keep an entry without address', () => {
    const world = new BusWorld(SIX, { nodeTimeoutMs: NT })
    world.run(3000)
    const old = world.id('R3')
    world.act('R3', (turn) => resetNode(turn, true))
    expect(world.cluster('R3').myself).toMatch(/^[0-9a-f]{40}$/)
    expect(world.cluster('R3').currentEpoch).toBe(0)
    world.run(1000)
    expect(world.cluster('M1').peers.get(old)).toMatchObject({ ip: '', port: 0 })
    expect(world.peer('M1', 'R3').flags & FLAG.noaddr).toBe(FLAG.noaddr)
  })

  test('a forgotten node comes back by gossip, but not before a minute has passed', () => {
    const world = new BusWorld(SIX, { nodeTimeoutMs: NT })
    world.run(3000)
    world.act('M1', (turn) => forgetNode(turn, world.id('R3')))
    world.run(59_000)
    expect(knows(world, 'M1')).not.toContain('R3')
    world.until('R3 is told again', () => knows(world, 'M1').includes('R3'), 10_000)
    expect(world.heard('node-added', 'M1').map(({ value }) => value)).toEqual([world.port('R3')])
  })

  test('a restarted node knows the cluster from its disk, and connects again', () => {
    const world = new BusWorld({ extra: 3, assign: false }, { nodeTimeoutMs: NT })
    meet(world, 'X1', 'X2')
    meet(world, 'X1', 'X3')
    world.until('a full mesh', () => isMesh(world))
    // Who was learned by gossip is on the disk with the next change only.
    world.act('X2', (turn) => {
      turn.todo.saveConfig = true
    })
    world.kill('X2')
    expect(world.until('the links are gone', () => world.peer('X1', 'X2').link === null)).toBeLessThan(5)
    world.start('X2')
    expect(knows(world, 'X2')).toEqual(['X1', 'X2', 'X3'])
    expect(world.until('a full mesh', () => isMesh(world))).toBeLessThan(300)
  })

  test('packets of a connection that a dead process had are answered by a reset, and the link is made again', () => {
    const world = new BusWorld(SIX, { nodeTimeoutMs: NT })
    world.run(3000)
    // Nobody hears that M1 dies.
    world.lose = (from, _, message) => from === 'M1' && message.kind === 'Closed'
    world.kill('M1')
    world.lose = () => false
    world.start('M1')
    expect(world.peer('M2', 'M1').link?.state).toBe('connected')
    const old = world.peer('M2', 'M1').link?.number
    world.until(
      'a new link',
      () => {
        const { link } = world.peer('M2', 'M1')
        return link?.state === 'connected' && link.number !== old
      },
      NT,
    )
    expect(world.heard('pfail')).toEqual([])
  })

  test('a connection whose first packet is lost is tried again after a second, and then after three', () => {
    const world = alone(2)
    const connects: number[] = []
    world.lose = (from, _, { kind }) => {
      if (from === 'X1' && kind === 'Connect') connects.push(world.nowMs)
      return kind === 'Connect' && connects.length < 3
    }
    world.setOptions('X1', { nodeTimeoutMs: 10_000 })
    meet(world, 'X1', 'X2')
    world.until('a full mesh', () => isMesh(world))
    const [first, second, third] = connects
    expect(second! - first!).toBeGreaterThanOrEqual(1000)
    expect(second! - first!).toBeLessThan(1200)
    expect(third! - first!).toBeGreaterThanOrEqual(3000)
    expect(third! - first!).toBeLessThan(3300)
  })

  test('a node that pings from another address is looked for there', () => {
    const world = new BusWorld(SIX, { nodeTimeoutMs: NT })
    world.run(3000)
    const pings: BusMessage[] = []
    world.tap = (from, to, message) => {
      if (from === 'R1' && to === 'M2' && message.kind === 'Ping') pings.push(message)
    }
    world.until('R1 pings M2', () => pings.length > 0)
    const ping = pings[0] as Extract<BusMessage, { kind: 'Ping' | 'Pong' | 'Meet' }>
    world.inject('R1', 'M2', { ...ping, header: { ...ping.header, port: 7999 } })
    world.run(1)
    expect(world.peer('M2', 'R1')).toMatchObject({ port: 7999, link: null })
    // Its next true ping puts it right.
    world.until('the old address', () => world.peer('M2', 'R1').port === world.port('R1'), NT)
    world.until('a full mesh', () => isMesh(world), 300)
  })
})
