import { expose } from 'comlink'
import { sweepApi } from './sweep.ts'

expose(sweepApi)
