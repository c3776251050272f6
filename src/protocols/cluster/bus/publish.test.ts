import { expect, test } from 'vitest'
import { BusWorld, SIX } from './bus.test-helper.ts'
import { publishOnBus } from './publish.ts'

function reached(from: string, sharded: boolean): string[] {
  const world = new BusWorld(SIX, { nodeTimeoutMs: 2000 })
  world.run(3000)
  const receivers: string[] = []
  world.tap = (_from, to, message) => {
    if (message.kind === (sharded ? 'PublishShard' : 'Publish')) receivers.push(to)
  }
  world.act(from, (turn) => publishOnBus(turn, 'news', 'hello', sharded))
  world.run(5)
  expect(world.cluster(from).sent[sharded ? 'PublishShard' : 'Publish']).toBe(receivers.length)
  return receivers.toSorted()
}

test('a message goes to every other node', () => {
  expect(reached('M1', false)).toEqual(['M2', 'M3', 'R1', 'R2', 'R3'])
})

test('a sharded message goes to the nodes of the shard, from its master and from its replica', () => {
  expect(reached('M1', true)).toEqual(['R1'])
  expect(reached('R1', true)).toEqual(['M1'])
})
