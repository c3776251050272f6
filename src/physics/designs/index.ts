import { assert } from '../../base/assert.ts'
import { readDesign } from '../design/read.ts'
import type { Design } from '../design/types.ts'
import cylinder from './cylinder.json' with { type: 'json' }
import frame from './frame.json' with { type: 'json' }
import oc3 from './oc3.json' with { type: 'json' }
import oc4 from './oc4.json' with { type: 'json' }
import volturnus from './volturnus.json' with { type: 'json' }

/** The designs that ship, by name. Each file is in RAFT's schema and can be given to RAFT. */
export type DesignId = 'oc3' | 'oc4' | 'volturnus' | 'cylinder' | 'frame'

/** Where the figures of a design were published. */
export interface DesignSource {
  readonly title: string
  readonly sources: readonly string[]
}

const TURBINE_5MW =
  'J. Jonkman and others, Definition of a 5-MW Reference Wind Turbine for Offshore System Development, NREL/TP-500-38060, 2009'
const TURBINE_15MW =
  'E. Gaertner and others, Definition of the IEA Wind 15-Megawatt Offshore Reference Wind Turbine, NREL/TP-5000-75698, 2020'
/** Walls, ballast, coefficients and operating points are those with which RAFT models these platforms. */
const RAFT = 'RAFT, WISDEM/RAFT 2.0.2 (Apache-2.0): the figures of its input file for this platform'

/** What each design is and whose figures it has. */
export const DESIGN_SOURCES: Readonly<Record<DesignId, DesignSource>> = {
  oc3: {
    title: 'OC3-Hywind: a spar of 130 m',
    sources: [
      'J. Jonkman, Definition of the Floating System for Phase IV of OC3, NREL/TP-500-47535, 2010',
      TURBINE_5MW,
      RAFT,
    ],
  },
  oc4: {
    title: 'OC4-DeepCwind: a semisubmersible of three columns with heave plates around a fourth',
    sources: [
      'A. Robertson and others, Definition of the Semisubmersible Floating System for Phase II of OC4, NREL/TP-5000-60601, 2014',
      TURBINE_5MW,
      RAFT,
    ],
  },
  volturnus: {
    title: 'VolturnUS-S: a semisubmersible of three columns and pontoons for 15 MW',
    sources: [
      'C. Allen and others, Definition of the UMaine VolturnUS-S Reference Platform, NREL/TP-5000-76773, 2020',
      TURBINE_15MW,
      RAFT,
    ],
  },
  cylinder: { title: 'A cylinder of 10 m on four slack chains', sources: ['Made for this project'] },
  frame: { title: 'A frame of round and square members on taut ropes', sources: ['Made for this project'] },
}

const FILES: Readonly<Record<DesignId, unknown>> = { oc3, oc4, volturnus, cylinder, frame }

/** All names, in the order in which people look for them. */
export const DESIGN_IDS: readonly DesignId[] = ['oc3', 'oc4', 'volturnus', 'cylinder', 'frame']

const read = new Map<DesignId, Design>()

/** A design that ships. Read at the first call: the same object every time. */
export function shipped(id: DesignId): Design {
  const before = read.get(id)
  if (before !== undefined) return before
  const result = readDesign(FILES[id])
  assert(result.ok, `the design ${id} that ships has a mistake`)
  read.set(id, result.value)
  return result.value
}
