import { AS_RAFT, CORRECTED } from '../physics/corrections.ts'
import type { Design, LoadCase } from '../physics/design/types.ts'
import { type DesignId, shipped } from '../physics/designs/index.ts'
import type { Precision } from '../physics/solution.ts'
import { prepare, solveCase, solveUnloaded } from '../physics/solve.ts'
import { median, rounded } from './support/statistics.ts'

const WARM = 200
const RUNS = 200
const SWEEP = 500

/** Hs 6 m, Tp 12 s, no wind: the case that the reference timed, too. */
const WAVES: LoadCase = {
  windMps: 0,
  windHeadingDeg: 0,
  turbulence: 0,
  turbineStatus: 'operating',
  turbineHeadingDeg: 0,
  yawMisalignDeg: 0,
  waves: [{ spectrum: 'JONSWAP', periodS: 12, heightM: 6, headingDeg: 0, gamma: 0 }],
  currentMps: 0,
  currentHeadingDeg: 0,
  aeroServoMode: 0,
}

/**
 * RAFT HEAD in Python on a machine of this kind, one thread, best of several: loading the model, its unloaded rest, its modes, and one case
 * of waves (rest and response), ms.
 */
const PYTHON_MS = { volturnus: 2_610, oc4: 3_640, oc3: 885 } as const

/** The whole chain (hull, mooring, rest, modes, response to one sea, statistics) of three designs, and how many designs a sweep solves. */
export function floating() {
  return {
    volturnus: measure('volturnus'),
    oc4: measure('oc4'),
    oc3: measure('oc3'),
    sweepDesignsPerSecond: rounded(sweepRate(shipped('volturnus'))),
  }
}

function measure(id: keyof typeof PYTHON_MS & DesignId) {
  const design = shipped(id)
  const chainMs = chain(design, 'raft')
  return {
    chainMs: rounded(chainMs),
    chainConvergedMs: rounded(chain(design, 'converged')),
    ratioToPython: rounded(PYTHON_MS[id] / chainMs),
    waveCaseMs: rounded(caseAlone(design)),
  }
}

/** CPU time of one chain, ms, median: other work on the machine costs time, but hardly any CPU time of this process. */
function chain(design: Design, precision: Precision): number {
  const corrections = precision === 'raft' ? AS_RAFT : CORRECTED
  return medianMs(() => {
    const prepared = prepare(design, corrections, { precision })
    if (!solveUnloaded(prepared).ok || !solveCase(prepared, WAVES).ok) throw new Error('a design that ships floats')
  })
}

/** The case alone: what a change of the sea costs. */
function caseAlone(design: Design): number {
  const prepared = prepare(design, CORRECTED, { precision: 'raft' })
  return medianMs(() => {
    if (!solveCase(prepared, WAVES).ok) throw new Error('a design that ships floats')
  })
}

function medianMs(work: () => void): number {
  for (let run = 0; run < WARM; run++) work()
  const samples = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return median(samples)
}

/** Designs a second of one thread when every one has another diameter of its columns. */
function sweepRate(design: Design): number {
  const before = process.cpuUsage()
  for (let at = 0; at < SWEEP; at++) {
    const prepared = prepare(wider(design, 1 + at / SWEEP / 10), CORRECTED, { precision: 'raft', judge: false })
    if (!solveUnloaded(prepared).ok || !solveCase(prepared, WAVES).ok)
      throw new Error('the sweep met a design without rest')
  }
  const { user, system } = process.cpuUsage(before)
  return (SWEEP * 1e6) / (user + system)
}

/** The design with all its columns wider by a factor. */
function wider(design: Design, factor: number): Design {
  const members = design.platform.members.map((member) => ({
    ...member,
    sidesM: member.sidesM.map(([a, b]) => [a * factor, b * factor] as const),
  }))
  return { ...design, platform: { ...design.platform, members } }
}
