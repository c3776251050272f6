import { below } from '../../../base/prng.ts'

/** Any server, whatever its load: n servers behind it are n times the M/M/1. @param servers how many, at least 1 */
export const pickRandom = (servers: number, entropy: number): number => below(entropy, servers)
