import { serve } from '../../engine/serve.ts'
import { clusterLab } from './world.ts'

serve(clusterLab)
