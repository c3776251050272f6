import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { bytesOf } from '../../protocols/cluster/bytes.ts'
import type { Message } from '../../protocols/cluster/messages.ts'
import { crc16, SLOTS as HASH_SLOTS, keySlot } from '../../protocols/cluster/slots.ts'
import {
  keySteps,
  MAP_SIDE,
  MESSAGE_KINDS,
  type MessageKind,
  phaseOf,
  ROLES,
  readPhase,
  SLOT_COLUMN,
  SLOTS,
  TRAFFIC,
} from './contract.ts'

test('the contract and the protocol count the same slots and messages', () => {
  // The compiler sees to it that no kind is missing.
  expectTypeOf<MessageKind>().toEqualTypeOf<Message['kind']>()
  expect(new Set(MESSAGE_KINDS).size).toBe(MESSAGE_KINDS.length)
  expect(SLOTS).toBe(HASH_SLOTS)
  expect(MAP_SIDE ** 2).toBe(SLOTS)
  expect(SLOT_COLUMN.size).toBe(3 * SLOTS)
})

test('every kind of message belongs to one group of traffic', () => {
  expect(Object.values(TRAFFIC).flat().toSorted()).toEqual(MESSAGE_KINDS.toSorted())
})

test('a phase is read as it was written', () => {
  const phase = fc.record({
    status: fc.nat(2),
    role: fc.nat(ROLES.length - 1),
    down: fc.boolean(),
    epoch: fc.nat(1_000_000),
  })
  fc.assert(
    fc.property(phase, ({ status, role, down, epoch }) => {
      expect(readPhase(phaseOf(status, role, down, epoch))).toEqual({ status, role, down, epoch })
    }),
  )
})

describe('the steps of a key', () => {
  // Recorded on the real server (CLUSTER KEYSLOT).
  test.each([
    ['foo', 12182],
    ['bar', 5061],
    ['', 0],
    ['{}', 15257],
    ['{}{a}', 13650],
    ['foo{}{bar}', 8363],
    ['a{b', 13340],
    ['foo{{bar}}zap', 4015],
    ['foo{bar}{zap}', 5061],
    ['}{a}', 15495],
  ])('%s falls into slot %i', (key, slot) => {
    expect(keySteps(key).slot).toBe(slot)
  })

  test('end where the checksum of the protocol ends, whatever the key', () => {
    const letters = fc.string({ unit: fc.constantFrom('{', '}', 'a', 'é', '鍵', '😀'), maxLength: 12 })
    fc.assert(
      fc.property(letters, (key) => {
        const { bytes, from, to, crc, slot, steps } = keySteps(key)
        expect(String.fromCharCode(...bytes)).toBe(bytesOf(key))
        expect(crc).toBe(crc16(bytesOf(key), from, to))
        expect(slot).toBe(keySlot(bytesOf(key)))
        expect(steps).toHaveLength(to - from)
      }),
    )
  })

  test('lead from each to the next', () => {
    const { steps } = keySteps('123456789')
    steps.slice(1).forEach((step, at) => {
      expect(step.before).toBe(steps[at]!.after)
    })
    // The check value of CRC16-XMODEM.
    expect(steps.at(-1)?.after).toBe(0x31c3)
    expect(steps.every(({ shifts, after }) => shifts.length === 8 && shifts[7] === after)).toBe(true)
  })
})
