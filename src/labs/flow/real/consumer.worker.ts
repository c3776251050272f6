import { present } from '../../../base/assert.ts'
import { pipeOf } from './pipes/joint.ts'
import { consumer } from './pipes/parts.ts'
import { serve } from './pipes/serve.ts'

serve(({ plan, before, tally }) =>
  pipeOf(plan.joint).inlet(present(before, 'pipe before the consumer'), consumer(plan, tally)),
)
