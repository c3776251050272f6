/** Bessel functions of order 0 and 1, to about 1e-14 for x > 0, and what diffraction around a cylinder needs of them. */

/** J0, J1, Y0, Y1. */
export interface Bessel01 {
  readonly j0: number
  readonly j1: number
  readonly y0: number
  readonly y1: number
}

const EULER = 0.5772156649015329
/** From here on the asymptotic series is exact to rounding. */
const ASYMPTOTIC = 25

/** J0, J1, Y0 and Y1 at x > 0. */
export const bessel01 = (x: number): Bessel01 => (x < ASYMPTOTIC ? recurrence(x) : asymptotic(x))

/**
 * Miller's backward recurrence for J, normalized by J0 + 2 (J2 + J4 + ...) = 1, and Neumann's series in J for Y.
 * Source: Abramowitz and Stegun 9.1.46, 9.1.88, 9.12.
 */
function recurrence(x: number): Bessel01 {
  const start = 2 * Math.ceil((x + 20 + 5 * Math.cbrt(x)) / 2)
  let above = 0
  let here = 1e-300
  let sum = 0
  let neumann0 = 0
  let neumann1 = 0
  let j1 = 0
  for (let n = start; n > 0; n--) {
    // `here` is J_n; signs alternate with every second order.
    const half = n >> 1
    const sign = half % 2 === 0 ? 1 : -1
    if (n % 2 === 0) {
      sum += 2 * here
      neumann0 += (sign * here) / half
    } else if (n > 1) {
      neumann1 += (sign * here * (2 * half + 1)) / (half * (half + 1))
    } else {
      j1 = here
    }
    const below = ((2 * n) / x) * here - above
    above = here
    here = below
    if (Math.abs(here) < 1e250) continue
    const down = 1e-250
    above *= down
    here *= down
    j1 *= down
    sum *= down
    neumann0 *= down
    neumann1 *= down
  }
  const norm = 1 / (sum + here)
  const j0 = here * norm
  const first = j1 * norm
  const log = Math.log(x / 2) + EULER
  return {
    j0,
    j1: first,
    y0: (2 / Math.PI) * (log * j0 - 2 * neumann0 * norm),
    y1: (-2 / (Math.PI * x)) * j0 + (2 / Math.PI) * ((log - 1) * first - neumann1 * norm),
  }
}

/** Hankel's asymptotic series. Source: Abramowitz and Stegun 9.2.5 to 9.2.10. */
function asymptotic(x: number): Bessel01 {
  const amplitude = Math.sqrt(2 / (Math.PI * x))
  const value = (order: 0 | 1) => {
    const mu = 4 * order * order
    let p = 1
    let q = 0
    let term = 1
    for (let k = 1; k < 40; k++) {
      const next = (term * (mu - (2 * k - 1) ** 2)) / (k * 8 * x)
      if (Math.abs(next) >= Math.abs(term) || Math.abs(next) < 1e-17) break
      term = next
      if (k % 2 === 1) q += k % 4 === 1 ? term : -term
      else p += k % 4 === 0 ? term : -term
    }
    const phase = x - (order / 2 + 0.25) * Math.PI
    const [c, s] = [Math.cos(phase), Math.sin(phase)]
    return { j: amplitude * (p * c - q * s), y: amplitude * (p * s + q * c) }
  }
  const [zero, one] = [value(0), value(1)]
  return { j0: zero.j, j1: one.j, y0: zero.y, y1: one.y }
}

/**
 * Inertia coefficient of a vertical cylinder with diffraction, 4 i / (pi (kR)^2 H1'(kR)), H1 the Hankel function of the first kind,
 * blended with 1 + Ca for long waves (specification 2.6; MacCamy and Fuchs 1954; RAFT raft_member.py). Returns [real, imaginary].
 */
export function diffraction(k: number, radiusM: number, addedMassCoefficient: number): [number, number] {
  const x = k * radiusM
  const { j0, j1, y0, y1 } = bessel01(x)
  const derivativeRe = j0 - j1 / x
  const derivativeIm = y0 - y1 / x
  const scale = 4 / (Math.PI * x * x * (derivativeRe * derivativeRe + derivativeIm * derivativeIm))
  // i / (a + i b) = (b + i a) / (a^2 + b^2)
  const re = scale * derivativeIm
  const im = scale * derivativeRe
  const rampEnd = Math.PI / (5 * radiusM)
  const ramp = k < rampEnd ? 0.5 * (1 - Math.cos((Math.PI * k) / rampEnd)) : 1
  return [re * ramp + (1 + addedMassCoefficient) * (1 - ramp), im * ramp]
}
