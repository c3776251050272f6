import { unreachable } from '../../../../base/assert.ts'
import type { Joint } from '../plan.ts'
import { creditsPipe } from './credits.ts'
import { floodPipe } from './flood.ts'
import type { Pipe } from './pipe.ts'
import { readablePipe } from './readable.ts'
import { writablePipe } from './writable.ts'

/** The pipe that a joint is made of. RxJS lives inside a worker: between two of them there is `postMessage`. */
export function pipeOf(joint: Joint): Pipe {
  switch (joint.primitive) {
    case 'readable':
      return readablePipe(joint.highWaterMark)
    case 'writable':
      return writablePipe(joint.highWaterMark)
    case 'credits':
      return creditsPipe(joint.credits)
    case 'flood':
    case 'rxjs':
      return floodPipe
    default:
      return unreachable(joint)
  }
}
