import { limitReached, type RealPlan } from '../plan.ts'
import { pipeOf } from './joint.ts'
import type { Gate, Outlet, Taker } from './pipe.ts'
import { operatorStage } from './rxjs.ts'
import type { Tally } from './tally.ts'
import { nowMs, pacer, spend } from './time.ts'

/** What the three kinds of workers do, whatever joins them. */

interface Producer {
  readonly plan: RealPlan
  readonly outlet: Outlet
  readonly tally: Tally
  /** Closed while the person holds the producer. */
  readonly running: Gate
  /** Items that are done, dropped or lost, as far as the page knows. */
  closed(): number
}

/** Makes items for as long as the pipe, the person and the limits let it. */
export async function produce({ plan, outlet, tally, running, closed }: Producer): Promise<void> {
  const due = pacer(plan.ratePerS)
  for (;;) {
    await outlet.ready()
    await due()
    await running.passed()
    const limit = limitReached(plan, tally.now.sent - closed())
    if (limit !== null) return tally.stopped(limit)
    const item = { madeAtMs: nowMs(), count: 1, payload: new Uint8Array(plan.payloadBytes) }
    outlet.send(item)
    tally.sent(item)
  }
}

/** Takes items, works on them, and hands them on: the next one is taken when the pipe behind has room for this one. */
export function stage(plan: RealPlan, before: MessagePort, behind: MessagePort, tally: Tally): void {
  const pipe = pipeOf(plan.joint)
  const outlet = pipe.outlet(behind)
  const { joint } = plan
  if (joint.primitive === 'rxjs') {
    pipe.inlet(before, operatorStage(plan, joint, outlet, tally))
    return
  }
  pipe.inlet(before, {
    arrived: (item) => tally.received(item),
    async take(item) {
      tally.begun(item)
      await spend(plan.stageMs, plan.delay)
      tally.done(item)
      await outlet.ready()
      outlet.send(item)
      tally.sent(item)
    },
  })
}

/** Takes items and is done with them. */
export const consumer = ({ consumerMs, delay }: RealPlan, tally: Tally): Taker => ({
  arrived: (item) => tally.received(item),
  async take(item) {
    tally.begun(item)
    await spend(consumerMs, delay)
    tally.done(item)
  },
})
