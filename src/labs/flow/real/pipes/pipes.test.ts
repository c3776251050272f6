import { expect, test } from 'vitest'
import { expectedAhead, type Joint } from '../plan.ts'
import { pipeOf } from './joint.ts'
import { Gate, type Item } from './pipe.ts'

const ITEM: Item = { madeAtMs: 0, count: 1, payload: new Uint8Array(1) }

/** Lets everything happen that can happen by itself: messages between ports take turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** An eager producer and a consumer that finishes an item when it is told to. */
function joined(joint: Joint) {
  const { port1, port2 } = new MessageChannel()
  const pipe = pipeOf(joint)
  const counted = { sent: 0, arrived: 0, begun: 0, done: 0, atOnce: 0 }
  const work = new Gate()
  work.close()
  const outlet = pipe.outlet(port1)
  pipe.inlet(port2, {
    arrived: ({ count }) => {
      counted.arrived += count
    },
    async take() {
      counted.begun++
      counted.atOnce = Math.max(counted.atOnce, counted.begun - counted.done)
      await work.passed()
      work.close()
      counted.done++
    },
  })
  const produce = async (items: number) => {
    for (let made = 0; made < items; made++) {
      await outlet.ready()
      outlet.send(ITEM)
      counted.sent++
    }
  }
  const close = () => {
    port1.close()
    port2.close()
  }
  return { counted, produce, finishOne: () => work.open(), close }
}

test.each([
  [0, 1],
  [1, 2],
  [4, 5],
  [16, 17],
])('through a transferred ReadableStream with high-water mark %i the producer is %i ahead', async (mark, ahead) => {
  const joint = { primitive: 'readable', highWaterMark: mark } as const
  const { counted, produce, finishOne, close } = joined(joint)
  void produce(1_000)
  for (let done = 0; done < 3; done++) {
    await settled()
    expect(counted).toMatchObject({ done, begun: done + 1, arrived: done + 1 })
    expect(counted.sent - counted.begun).toBe(ahead)
    finishOne()
  }
  expect(expectedAhead(joint)?.items).toBe(ahead)
  close()
})

test.each<Joint>([
  { primitive: 'credits', credits: 1 },
  { primitive: 'credits', credits: 10 },
])('%o holds the producer where the plan says', async (joint) => {
  const { counted, produce, finishOne, close } = joined(joint)
  void produce(1_000)
  for (let done = 0; done < 3; done++) {
    await settled()
    expect(counted).toMatchObject({ done, begun: done + 1 })
    expect(counted.sent - counted.begun).toBe(expectedAhead(joint)?.items)
    finishOne()
  }
  close()
})

// Node's end of a transferred WritableStream queues more than the standard's one item; browsers are tried in e2e/.
test.each([1, 4, 16])('a transferred WritableStream with high-water mark %i holds the producer', async (mark) => {
  const { counted, produce, finishOne, close } = joined({ primitive: 'writable', highWaterMark: mark })
  void produce(1_000)
  for (let done = 0; done < 3; done++) {
    await settled()
    expect(counted).toMatchObject({ done, begun: done + 1 })
    expect(counted.sent - counted.begun).toBeGreaterThanOrEqual(mark)
    expect(counted.sent - counted.begun).toBeLessThanOrEqual(2 * mark + 1)
    finishOne()
  }
  close()
})

test.each<Joint>([{ primitive: 'flood' }, { primitive: 'rxjs', operator: 'concatMap', width: 1 }])(
  'nothing holds a producer back through %o',
  async (joint) => {
    const { counted, produce, close } = joined(joint)
    await produce(1_000)
    await settled()
    expect(counted).toMatchObject({ sent: 1_000, begun: 1, done: 0 })
    expect(expectedAhead(joint)).toBe(null)
    close()
  },
)

test.each<Joint>([
  { primitive: 'readable', highWaterMark: 4 },
  { primitive: 'writable', highWaterMark: 4 },
  { primitive: 'flood' },
  { primitive: 'credits', credits: 3 },
])('%o brings every item, one at a time', async (joint) => {
  const { counted, produce, finishOne, close } = joined(joint)
  void produce(20)
  for (let turn = 0; turn < 30; turn++) {
    await settled()
    finishOne()
  }
  await settled()
  expect(counted).toEqual({ sent: 20, arrived: 20, begun: 20, done: 20, atOnce: 1 })
  close()
})
