import { present } from '../../../base/assert.ts'
import { stage } from './pipes/parts.ts'
import { serve } from './pipes/serve.ts'

serve(({ plan, before, behind, tally }) =>
  stage(plan, present(before, 'pipe before a stage'), present(behind, 'pipe behind a stage'), tally),
)
