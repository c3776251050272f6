import { fail, ok, type Result } from '../../base/result.ts'
import { ANGLES_DEG, type SectionSplines } from './polars.ts'
import type { BSpline } from './spline.ts'

/**
 * Splines of a rotor as a parsed file holds them: `stations`, one for each blade element from hub to tip, each with `cl` and `cd`, each of
 * those with the knots `t` (radians) and the coefficients `c` of a cubic B-spline. The error says which key is wrong.
 */
export function readSplines(value: unknown): Result<readonly SectionSplines[], string> {
  const degree = isRecord(value) ? value.k : undefined
  if (degree !== undefined && degree !== 3) return fail(`k: expected 3, found ${JSON.stringify(degree)}`)
  const stations = isRecord(value) ? value.stations : undefined
  if (!Array.isArray(stations) || stations.length === 0) return fail('stations: expected a list of blade elements')
  const read: SectionSplines[] = []
  for (const [i, station] of stations.entries()) {
    const lift = readSpline(station, `stations[${i}]`, 'cl')
    if (!lift.ok) return lift
    const drag = readSpline(station, `stations[${i}]`, 'cd')
    if (!drag.ok) return drag
    read.push({ lift: lift.value, drag: drag.value })
  }
  return ok(read)
}

/** A spline whose knots are numbers of {@link ANGLES_DEG}. */
interface PackedSpline {
  readonly knotAngles: readonly number[]
  readonly coefficients: readonly number[]
}

/** Splines of a blade's elements as references keep them; null: those of the element before. */
export type PackedSplines = readonly ({ readonly lift: PackedSpline; readonly drag: PackedSpline } | null)[]

/** The splines of {@link PackedSplines}. */
export function unpackSplines(packed: PackedSplines): readonly SectionSplines[] {
  const unpack = ({ knotAngles, coefficients }: PackedSpline): BSpline => ({
    knots: knotAngles.map((i) => ANGLES_DEG[i]! * (Math.PI / 180)),
    coefficients,
  })
  const splines: SectionSplines[] = []
  for (const given of packed)
    splines.push(given === null ? splines.at(-1)! : { lift: unpack(given.lift), drag: unpack(given.drag) })
  return splines
}

function readSpline(station: unknown, path: string, key: 'cl' | 'cd'): Result<BSpline, string> {
  const spline = isRecord(station) ? station[key] : undefined
  const knots = isRecord(spline) ? spline.t : undefined
  const coefficients = isRecord(spline) ? spline.c : undefined
  const at = `${path}.${key}`
  if (!isNumbers(knots) || knots.length < 8) return fail(`${at}.t: expected at least 8 numbers`)
  if (knots.some((knot, i) => i > 0 && knot < knots[i - 1]!)) return fail(`${at}.t: knots go down`)
  if (knots[0] !== knots[3] || knots.at(-1) !== knots.at(-4) || knots[3] === knots.at(-4))
    return fail(`${at}.t: expected the first four knots equal, and the last four`)
  if (!isNumbers(coefficients) || coefficients.length < knots.length - 4)
    return fail(`${at}.c: expected at least ${knots.length - 4} numbers`)
  return ok({ knots, coefficients })
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => Number.isFinite(item))
