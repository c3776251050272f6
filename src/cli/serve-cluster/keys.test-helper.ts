import { expect } from 'vitest'
import type { Reply } from '../../protocols/cluster/reply.ts'
import { keySlot, SLOTS } from '../../protocols/cluster/slots.ts'
import { Wire } from './fleet.test-helper.ts'

/** One key for each slot. */
export function keyOfEverySlot(): string[] {
  const keys: string[] = []
  let missing = SLOTS
  for (let number = 0; missing > 0; number++) {
    const slot = keySlot(`key:${number}`)
    if (keys[slot] !== undefined) continue
    keys[slot] = `key:${number}`
    missing--
  }
  return keys
}

const idOf = async (wire: Wire) => textOf(await wire.say('CLUSTER', 'MYID'))

function textOf(reply: Reply): string {
  if (reply.kind === 'bulk') return reply.bytes
  throw new Error(`expected a string, got ${JSON.stringify(reply)}`)
}

/** Moves slots from one master to another key by key, in the order in which redis-cli does. All masters are told. */
export async function moveSlots(slots: readonly number[], from: number, to: number, masters: readonly number[]) {
  const wires = new Map(await Promise.all(masters.map(async (port) => [port, await Wire.open(port)] as const)))
  const [source, target] = [wires.get(from)!, wires.get(to)!]
  const [sourceId, targetId] = [await idOf(source), await idOf(target)]
  const ok = async (wire: Wire, ...command: string[]) =>
    expect(await wire.say('CLUSTER', 'SETSLOT', ...command)).toMatchObject({ kind: 'simple', text: 'OK' })
  for (const slot of slots.map(String)) {
    await ok(target, slot, 'IMPORTING', sourceId)
    await ok(source, slot, 'MIGRATING', targetId)
    for (;;) {
      const keys = await source.say('CLUSTER', 'GETKEYSINSLOT', slot, '10')
      if (keys.kind !== 'array' || keys.items.length === 0) break
      const names = keys.items.map(textOf)
      const moved = await source.say('MIGRATE', '127.0.0.1', `${to}`, '', '0', '5000', 'KEYS', ...names)
      expect(moved).toMatchObject({ kind: 'simple', text: 'OK' })
    }
    for (const wire of [target, ...[...wires.values()].filter((each) => each !== target)])
      await ok(wire, slot, 'NODE', targetId)
  }
  for (const wire of wires.values()) wire.end()
}

/** Tries until it succeeds; a client may refuse while nobody serves the slot. */
export async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Error)) throw error
    }
  }
}

const TOGETHER = 256

/** Does it for every item, not too many at once: machines that run these tests may be slow, and clients give up. */
export async function each<T, R>(items: readonly T[], act: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += TOGETHER) {
    const part = items.slice(from, from + TOGETHER)
    results.push(...(await Promise.all(part.map((item, at) => act(item, from + at)))))
  }
  return results
}
