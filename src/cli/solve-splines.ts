import { fail, ok, type Result } from '../base/result.ts'
import { isPlain } from '../physics/design/fields.ts'
import type { SectionSplines } from '../physics/rotor/polars.ts'
import type { BSpline } from '../physics/rotor/spline.ts'

const CUBIC = 3
/** Knots before the first and after the last coefficient's own. */
const MORE_KNOTS = CUBIC + 1

/**
 * Reads splines of lift and drag for the elements of a blade, hub to tip: `{KEY: {k: 3, stations: [{cl: {t, c}, cd: {t, c}}, …]}}`, t the
 * knots over the angle of attack in radians and c the coefficients, as FITPACK has them. The error names the place.
 */
export function readSplines(value: unknown, key: string, elements: number): Result<readonly SectionSplines[], string> {
  const table = isPlain(value) && Object.hasOwn(value, key) ? value[key] : undefined
  if (!isPlain(table)) return fail(`expected an object behind the key ${key}${keysOf(value)}`)
  if ((table.k ?? CUBIC) !== CUBIC) return fail(`${key}.k: expected ${CUBIC}, found ${JSON.stringify(table.k)}`)
  const { stations } = table
  if (!Array.isArray(stations) || stations.length !== elements)
    return fail(`${key}.stations: expected a list of ${elements}, one for each element of the blade`)
  const read: SectionSplines[] = []
  for (const [at, station] of stations.entries()) {
    const lift = readSpline(station, 'cl')
    const drag = readSpline(station, 'cd')
    if (lift === null || drag === null)
      return fail(
        `${key}.stations[${at}]: expected cl and cd with ascending knots t and ${MORE_KNOTS} fewer coefficients c`,
      )
    read.push({ lift, drag })
  }
  return ok(read)
}

const keysOf = (value: unknown): string => (isPlain(value) ? `; there are ${Object.keys(value).join(', ')}` : '')

function readSpline(station: unknown, name: 'cl' | 'cd'): BSpline | null {
  const spline = isPlain(station) ? station[name] : null
  if (!isPlain(spline)) return null
  const { t: knots, c: coefficients } = spline
  if (!areNumbers(knots) || !areNumbers(coefficients)) return null
  const ascend = knots.every((knot, at) => at === 0 || knot >= knots[at - 1]!)
  const enough = knots.length >= 2 * MORE_KNOTS && coefficients.length >= knots.length - MORE_KNOTS
  return ascend && enough ? { knots, coefficients } : null
}

const areNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number' && Number.isFinite(each))
