import { assert } from '../../base/assert.ts'
import type { LoadCase, Rotor, Turbine } from '../design/types.ts'
import { type DesignId, shipped } from '../designs/index.ts'
import reference from '../testdata/rotor.json' with { type: 'json' }
import type { SectionSplines } from './polars.ts'
import { type BuiltRotor, buildRotor } from './rotor.ts'
import { unpackSplines } from './splines-file.ts'

/** What RAFT and CCBlade computed for the two rotors, and the same rotors of ours. */

export type RotorName = keyof typeof reference

export const NAMES: readonly RotorName[] = ['oc3', 'volturnus']

export { reference }

/** The turbine of a design that ships. */
export function turbineOf(name: DesignId): Turbine & { readonly rotor: Rotor } {
  const { turbine } = shipped(name)
  assert(turbine?.rotor != null, `${name} has a rotor`)
  return { ...turbine, rotor: turbine.rotor }
}

/** The splines that CCBlade made with FITPACK. */
export const splinesOfCcblade = (name: RotorName): readonly SectionSplines[] => unpackSplines(reference[name].splines)

/** A rotor with CCBlade's splines, or with our own. */
export function rotorOf(name: RotorName, splines: 'of CCBlade' | 'our own'): BuiltRotor {
  const built = buildRotor(turbineOf(name), splines === 'of CCBlade' ? splinesOfCcblade(name) : null)
  assert(built !== null, `${name} has a rotor`)
  return built
}

/** A case with wind only. */
export const windCase = (input: Partial<LoadCase>): LoadCase => ({
  windMps: 10,
  windHeadingDeg: 0,
  turbulence: 0,
  turbineStatus: 'operating',
  turbineHeadingDeg: 0,
  yawMisalignDeg: 0,
  waves: [],
  currentMps: 0,
  currentHeadingDeg: 0,
  aeroServoMode: null,
  ...input,
})

/** Greatest difference, relative to the greatest number of the reference; absolute where that is all zeros. */
export function difference(found: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs)) || 1
  return Math.max(...expected.map((value, i) => Math.abs(found[i]! - value) / scale))
}
