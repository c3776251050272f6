import { present } from '../../../base/assert.ts'
import { pipeOf } from './pipes/joint.ts'
import { produce } from './pipes/parts.ts'
import { serve } from './pipes/serve.ts'

serve(({ behind, ...duty }) => {
  const outlet = pipeOf(duty.plan.joint).outlet(present(behind, 'pipe behind the producer'))
  void produce({ ...duty, outlet })
})
