import {
  auditTime,
  bufferCount,
  concatMap,
  exhaustMap,
  map,
  mergeMap,
  type OperatorFunction,
  pipe,
  Subject,
  sampleTime,
  tap,
  throttleTime,
} from 'rxjs'
import { unreachable } from '../../../../base/assert.ts'
import { type Joint, type RealPlan, windowMs } from '../plan.ts'
import type { Item, Outlet, Taker } from './pipe.ts'
import type { Tally } from './tally.ts'
import { spend } from './time.ts'

type Rxjs = Extract<Joint, { primitive: 'rxjs' }>

/** A stage made of one operator of RxJS over what arrives: nothing tells the upstream to wait. */
export function operatorStage(plan: RealPlan, joint: Rxjs, outlet: Outlet, tally: Tally): Taker {
  const source = new Subject<Item>()
  const losses = new Losses(joint, tally)
  const work = async (item: Item) => {
    tally.begun(item)
    await spend(plan.stageMs, plan.delay)
    tally.done(item)
    return item
  }
  source.pipe(operatorOf(plan, joint, work, losses)).subscribe((item) => {
    outlet.send(item)
    tally.sent(item)
  })
  return {
    arrived: (item) => tally.received(item),
    async take(item) {
      losses.came()
      source.next(item)
      losses.settle()
    },
  }
}

function operatorOf(
  plan: RealPlan,
  { operator, width }: Rxjs,
  work: (item: Item) => Promise<Item>,
  losses: Losses,
): OperatorFunction<Item, Item> {
  const passed = tap<Item>(() => losses.passed())
  switch (operator) {
    case 'concatMap':
      return concatMap(work)
    case 'mergeMap':
      return mergeMap(work, width)
    case 'exhaustMap':
      return exhaustMap((item) => {
        losses.passed()
        return work(item)
      })
    case 'throttleTime':
      return pipe(throttleTime(windowMs(plan)), passed, concatMap(work))
    case 'sampleTime':
      return pipe(sampleTime(windowMs(plan)), passed, concatMap(work))
    case 'auditTime':
      return pipe(auditTime(windowMs(plan)), passed, concatMap(work))
    case 'bufferCount':
      return pipe(bufferCount(width), map(asOne), concatMap(work))
    default:
      return unreachable(operator)
  }
}

/** A batch travels as one item, as old as its oldest. */
const asOne = (items: readonly Item[]): Item => {
  const payload = new Uint8Array(items.reduce((sum, item) => sum + item.payload.length, 0))
  return { madeAtMs: items[0]!.madeAtMs, count: items.length, payload }
}

/** RxJS does not say what it gives up: it is what came and was not passed on, but for one that may be held. */
class Losses {
  private readonly holdsLatest: boolean
  private readonly isLossy: boolean
  private cameSoFar = 0
  private passedSoFar = 0
  private held = 0

  constructor(
    { operator }: Rxjs,
    private readonly tally: Tally,
  ) {
    this.holdsLatest = operator === 'sampleTime' || operator === 'auditTime'
    this.isLossy = this.holdsLatest || operator === 'exhaustMap' || operator === 'throttleTime'
  }

  /** The operator is about to be given an item. */
  came(): void {
    this.cameSoFar++
    if (this.holdsLatest) this.held = 1
  }

  /** The operator lets an item through. */
  passed(): void {
    this.passedSoFar++
    this.held = 0
    this.settle()
  }

  /** The operator has decided on what came. */
  settle(): void {
    if (this.isLossy) this.tally.droppedSoFar(this.cameSoFar - this.passedSoFar - this.held)
  }
}
