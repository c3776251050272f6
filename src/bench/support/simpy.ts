import { execFileSync } from 'node:child_process'

/** From the repository, which is where benchmarks run. */
const PROGRAM = 'src/bench/support/simpy_queue.py'
/** The second one knows the packages of the distribution, whatever stands before it in the path. */
const PYTHONS = ['python3', '/usr/bin/python3']

/** What the quicker SimPy did in its best run. */
export interface SimpyRates {
  readonly customersPerSecond: number
  readonly attemptsPerSecond: number
}

/**
 * SimPy's M/M/1 of this load and its retry storm of `stormS` seconds; null where no Python has it (Debian: `python3-simpy`,
 * which is SimPy 2, and `python3-simpy3`).
 */
export function simpyRates(customers: number, load: number, stormS: number): SimpyRates | null {
  const found = PYTHONS.flatMap((python) => ratesOf(python, [customers, load, stormS].map(String)))
  if (found.length === 0) return null
  return {
    customersPerSecond: Math.max(...found.map(({ customersPerSecond }) => customersPerSecond)),
    attemptsPerSecond: Math.max(...found.map(({ attemptsPerSecond }) => attemptsPerSecond)),
  }
}

function ratesOf(python: string, args: readonly string[]): readonly SimpyRates[] {
  try {
    const output = execFileSync(python, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    return JSON.parse(output.toString()) as SimpyRates[]
  } catch {
    return []
  }
}
