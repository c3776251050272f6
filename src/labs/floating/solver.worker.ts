import { expose } from 'comlink'
import { solverApi } from './solver.ts'

expose(solverApi)
