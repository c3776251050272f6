/**
 * Turbulent wind after IEC 61400-1 and its average over the rotor (raft_rotor.Rotor.IECKaimal; classes in RAFT's pyIECWind_extreme).
 */

const REFERENCE_WIND_MPS: Readonly<Record<string, number>> = { I: 50, II: 42.5, III: 37.5, IV: 30 }
const REFERENCE_INTENSITY: Readonly<Record<string, number>> = { 'A+': 0.18, A: 0.16, B: 0.14, C: 0.12 }
const CLASS = /^(I|II|III|IV)(A\+|A|B|C)_(NTM|ETM|EWM)$/

/**
 * Standard deviation of the wind along its mean, m/s: of an intensity (the normal model with this reference intensity) or of a class such
 * as `IB_NTM` (turbine class I to IV, turbulence A+ to C, normal, extreme or extreme-wind model). Null: no such class.
 */
export function windDeviation(turbulence: number | string, windMps: number): number | null {
  const intensity = turbulence === '' ? Number.NaN : Number(turbulence)
  if (!Number.isNaN(intensity)) return intensity < 0 ? null : intensity * (0.75 * windMps + 5.6)
  const [, turbine, category, model] = CLASS.exec(String(turbulence)) ?? []
  if (turbine === undefined || category === undefined) return null
  const reference = REFERENCE_INTENSITY[category]!
  const mean = 0.2 * REFERENCE_WIND_MPS[turbine]!
  if (model === 'NTM') return reference * (0.75 * windMps + 5.6)
  if (model === 'ETM') return 2 * reference * (0.072 * (mean / 2 + 3) * (windMps / 2 - 4) + 10)
  return 0.11 * windMps
}

/** Length scale of the wind along its mean, m. */
function lengthScale(heightM: number): number {
  return 8.1 * (heightM <= 60 ? 0.7 * heightM : 42)
}

/** Kaimal's spectrum at one point, one-sided, (m/s)2/Hz. */
export function kaimal(frequencyHz: number, windMps: number, deviation: number, heightM: number): number {
  const passing = lengthScale(heightM) / windMps
  return (4 * passing * deviation * deviation) / (1 + 6 * frequencyHz * passing) ** (5 / 3)
}

/**
 * Share of the spectrum that is left of the wind averaged over a rotor, with IEC's coherence exp(-kappa d) between two points: 1 for large
 * eddies, falling as 2 / y2, y = radius x kappa. RAFT writes it with Struve functions as
 * 2 / y3 (L1 - I1 - 2/pi + y (1 - 2 (L-2 - I2))) of 2 y, differences of numbers as great as exp(2 y) in which all digits cancel from about
 * y = 15; with the integrals of L0 - I0 and L1 - I1 (Abramowitz and Stegun 12.2.2) it becomes
 * 8 / (pi y2) times the integral over 0 .. pi/2 of (exp(-2 y s) - 1 + 2 y s) (3 s2 - 2), s = sin, in which nothing cancels.
 */
export function rotorAverage(y: number): number {
  if (y > ASYMPTOTIC) return farAverage(y)
  let sum = 0
  for (let i = 0; i < NODES.length; i += 1) {
    const s = Math.sin((Math.PI / 4) * (1 + NODES[i]!))
    sum += WEIGHTS[i]! * excess(2 * y * s) * (3 * s * s - 2)
  }
  return (2 / (y * y)) * sum
}

/** exp(-z) - 1 + z without cancellation. */
function excess(z: number): number {
  if (z > 1) return Math.exp(-z) - 1 + z
  let term = (z * z) / 2
  let sum = term
  for (let n = 3; Math.abs(term) > 1e-17 * sum; n += 1) {
    term *= -z / n
    sum += term
  }
  return sum
}

/** From here on the asymptotic series of L0 - I0 and L1 - I1 hold all digits. */
const ASYMPTOTIC = 20

/** 2 / y3 (y + 3 M1 - 2 y M0), M = L - I of 2 y (Abramowitz and Stegun 12.2.6). */
function farAverage(y: number): number {
  const x2 = 4 * y * y
  let [term0, term1] = [1, 1]
  let [sum0, sum1] = [1, 1]
  for (let n = 1; n <= 12; n += 1) {
    term0 *= (2 * n - 1) ** 2 / x2
    term1 *= ((2 * n - 1) * (2 * n - 3)) / x2
    sum0 += term0
    sum1 += term1
  }
  const m0 = (-1 / (Math.PI * y)) * sum0
  const m1 = (-2 / Math.PI) * sum1
  return (2 / y ** 3) * (y + 3 * m1 - 2 * y * m0)
}

const ORDER = 48
const [NODES, WEIGHTS] = gaussLegendre(ORDER)

/** Nodes and weights of Gauss's quadrature on -1 .. 1, by Newton's method on the Legendre polynomial. */
function gaussLegendre(order: number): [Float64Array, Float64Array] {
  const nodes = new Float64Array(order)
  const weights = new Float64Array(order)
  for (let i = 0; i < order; i += 1) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (order + 0.5))
    let slope = 1
    for (let round = 0; round < 8; round += 1) {
      const [value, before] = legendre(order, x)
      slope = (order * (x * value - before)) / (x * x - 1)
      x -= value / slope
    }
    nodes[i] = x
    weights[i] = 2 / ((1 - x * x) * slope * slope)
  }
  return [nodes, weights]
}

/** The Legendre polynomials of an order and of the one before. */
function legendre(order: number, x: number): [number, number] {
  let [value, before] = [1, 0]
  for (let n = 1; n <= order; n += 1) [value, before] = [((2 * n - 1) * x * value - (n - 1) * before) / n, value]
  return [value, before]
}

/** Spectrum of the wind averaged over a rotor, one-sided, (m/s)2/Hz. */
export function rotorSpectrum(
  frequencyHz: number,
  windMps: number,
  deviation: number,
  heightM: number,
  radiusM: number,
): number {
  const decay = 12 * Math.sqrt((frequencyHz / windMps) ** 2 + (0.12 / lengthScale(heightM)) ** 2)
  return kaimal(frequencyHz, windMps, deviation, heightM) * rotorAverage(radiusM * decay)
}
