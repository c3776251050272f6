import { pow } from '../../../base/elementary.ts'
import { again, below } from '../../../base/prng.ts'

/**
 * The power of two choices (Mitzenmacher 1996; Vvedenskaya et al. 1996): two different servers by chance, and of them the
 * less loaded one. Almost as good as knowing all, and robust to old news. With one server there is no choice.
 */
export function pickOfTwo(loads: readonly number[], entropy: number): number {
  const one = below(entropy, loads.length)
  if (loads.length === 1) return one
  const other = (one + 1 + below(again(entropy, 0), loads.length - 1)) % loads.length
  return loads[other]! < loads[one]! ? other : one
}

/** Σ ρ^((d^i − d)/(d − 1)): the mean time in the system, in services, of d choices among very many servers. */
export function meanTimeOfChoices(rho: number, choices: number): number {
  if (choices === 1) return 1 / (1 - rho)
  let sum = 0
  let exponent = 0
  for (let term = 1; term > 1e-16; exponent = exponent * choices + choices) {
    term = pow(rho, exponent)
    sum += term
  }
  return sum
}
