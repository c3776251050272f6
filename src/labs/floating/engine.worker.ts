import { serve } from '../../engine/serve.ts'
import { floatingLab } from './world.ts'

serve(floatingLab)
