import { serve } from '../../engine/serve.ts'
import { raftLab } from './world.ts'

serve(raftLab)
