import { describe, expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import type { Message } from '../../protocols/cluster/messages.ts'
import { atCut, Wires } from './wires.ts'

const [A, B] = [nodeId('a'), nodeId('b')]

const bus = (kind: 'Ping' | 'Pong' | 'AuthRequest', byOpener = true) =>
  ({ kind, header: { channel: { link: 1, byOpener } }, gossip: [] }) as unknown as Message

describe('messages of the bus', () => {
  const setUp = () => {
    const clock = { us: 0 }
    const wires = new Wires(() => clock.us)
    const send = (kind: 'Ping' | 'Pong' | 'AuthRequest') => wires.delayUs(A, B, 100, bus(kind))
    return { clock, wires, send }
  }

  test('one that is not answered holds the next ones up until it is acknowledged; they leave together', () => {
    const { clock, send } = setUp()
    expect(send('AuthRequest')).toBe(100)
    clock.us = 2000
    expect(send('Pong')).toBe(38_100 + 100)
    clock.us = 3000
    expect(send('Pong')).toBe(37_100 + 100)
    clock.us = 41_000
    expect(send('Pong')).toBe(39_200 + 100)
  })

  test('one that is answered holds nothing up for longer than the answer takes', () => {
    const { clock, send } = setUp()
    expect(send('Ping')).toBe(100)
    expect(send('Ping')).toBe(300)
    clock.us = 1000
    expect(send('Ping')).toBe(100)
  })

  test('answers on a connection of the other side, and other pairs, do not wait', () => {
    const { wires, send } = setUp()
    send('AuthRequest')
    expect(wires.delayUs(A, B, 100, bus('Pong', false))).toBe(100)
    expect(wires.delayUs(B, A, 100, bus('Ping'))).toBe(100)
  })
})

test('at a cut nobody connects, and the rest is sent again later', () => {
  expect(atCut({ kind: 'Connect', link: 1 })).toBe('refused')
  expect(atCut({ kind: 'Stream', connection: 1, from: 0, entries: [] })).toBe('held')
})
