/**
 * The laws of a piece of elastic cable: hanging under its own weight, or lying on the bed. H is the horizontal tension, V the vertical
 * one at the upper end, W the weight per unstretched metre, EA the axial stiffness. Formulas after J. Jonkman, "Dynamics Modeling and
 * Loads Analysis of an Offshore Floating Wind Turbine" (2007), section 2.4, as MoorPy Catenary.py:eval_func_cat uses them, but
 * written with tensions instead of logarithms, so that nothing cancels in a taut or a slack line.
 */

/** What a piece spans, and how that changes with the tensions at its upper end (its length and lower end left free). */
export interface Reach {
  /** Horizontal and vertical extent, m. */
  x: number
  z: number
  /** m/N */
  xH: number
  xV: number
  zH: number
  zV: number
}

/** A reach of nothing. */
export const noReach = (): Reach => ({ x: 0, z: 0, xH: 0, xV: 0, zH: 0, zV: 0 })

/** Both ends of a hanging piece: vertical tensions a and b = a + drop, and tensions. The drop is exact, b - a would not be. */
interface Ends {
  readonly drop: number
  readonly a: number
  readonly b: number
  readonly ta: number
  readonly tb: number
}

/** asinh(b / h) - asinh(a / h), exact also where both are nearly the same. */
function angleBetween(h: number, { drop, a, b, ta, tb }: Ends): number {
  const ratio = drop / (ta + tb)
  return ratio < 0.5 ? 2 * Math.atanh(ratio) : Math.asinh(b / h) - Math.asinh(a / h)
}

/** 1 / T at both ends: their difference, without cancellation. */
const inverseStep = ({ drop, a, b, ta, tb }: Ends): number => (-drop * (b + a)) / ((ta + tb) * ta * tb)

/** sin of the slope at both ends: their difference, without cancellation where both slopes have the same sign. */
function sineStep(h: number, { drop, a, b, ta, tb }: Ends): number {
  if (a * b <= 0) return b / tb - a / ta
  return (h * h * drop * (b + a)) / ((b * ta + a * tb) * ta * tb)
}

/** A piece of unstretched length `l` that hangs free between vertical tensions v - W l and v: profile 1 of MoorPy. */
export function hang(out: Reach, h: number, v: number, l: number, W: number, EA: number): void {
  const drop = W * l
  const low = v - drop
  const [ta, tb] = [Math.sqrt(h * h + low * low), Math.sqrt(h * h + v * v)]
  const ends = { drop, a: low, b: v, ta, tb }
  const angle = h > 0 ? angleBetween(h, ends) : 0
  const sine = sineStep(h, ends)
  out.x = (h / W) * angle + (h * l) / EA
  out.z = (l * (v + low)) / (ta + tb) + (l * (v + low)) / (2 * EA)
  out.xH = (angle - sine) / W + l / EA
  out.xV = (h / W) * inverseStep(ends)
  out.zH = out.xV
  out.zV = sine / W + l / EA
}

/**
 * A piece that rises from the bed, where it is tangent to a bed of slope `tan`: its length (v - h tan) / W follows from the tensions.
 */
export function rise(out: Reach, h: number, v: number, tan: number, W: number, EA: number): void {
  const low = h * tan
  const l = (v - low) / W
  hang(out, h, v, l, W, EA)
  const tensionLow = Math.sqrt(h * h + low * low)
  // The lower end moves down the cable as the upper end lifts more of it: d l/dV = 1/W, d l/dH = -tan/W at the touchdown.
  const [cos, sin] = tensionLow > 0 ? [h / tensionLow, low / tensionLow] : [1, 0]
  const [x, z] = [cos + h / EA, sin + low / EA]
  out.xH -= (x * tan) / W
  out.xV += x / W
  out.zH -= (z * tan) / W
  out.zV += z / W
}

/** Cable on the bed: its stretched length, its tension at the far end, and how both change. */
export interface Laid {
  /** Along the bed, stretched, m. */
  reach: number
  /** N, at the far end. */
  tension: number
  /** Part that is under tension, unstretched, m. */
  tight: number
}

/**
 * Cable of unstretched length `l` on the bed, pulled with tension t at its near end, while friction and slope take `drag` per metre of
 * it. Where the tension is used up, the cable lies slack. MoorPy profiles 2, 3 and 7.
 */
export function lay(out: Laid, t: number, l: number, drag: number, EA: number): void {
  out.tight = drag > 0 ? Math.min(l, t / drag) : l
  out.tension = Math.max(0, t - drag * l)
  out.reach = l + (t * out.tight - (drag * out.tight * out.tight) / 2) / EA
}
