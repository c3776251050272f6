import { serve } from '../../engine/serve.ts'
import { flowLab } from './world.ts'

serve(flowLab)
