import { brent } from './brent.ts'
import type { SectionPolar } from './polars.ts'
import { slopeAt, valueAt } from './spline.ts'

/**
 * Blade-element momentum theory for one element in one azimuth (S. A. Ning, A simple solution method for the blade element momentum
 * equations with guaranteed convergence, Wind Energy 17, 2014; CCBlade, bem.f90: inductionFactors, relativeWind). Angles in radians,
 * speeds in m/s, loads in N per metre of blade.
 */

/** What is constant about one element. */
export interface Section {
  readonly radiusM: number
  readonly chordM: number
  readonly twistRad: number
  readonly polar: SectionPolar
  /** B chord / (2 pi r). */
  readonly solidity: number
  /** Exponents of Prandtl's loss factors times |sin phi|: of the tip and of the hub. */
  readonly tipFactor: number
  readonly hubFactor: number
}

/** Wind that an element sees, in its own directions: along the rotor's axis and in the plane of rotation. */
export interface Inflow {
  axial: number
  tangential: number
  pitchRad: number
  /**
   * `turning`: induction is solved for. A rotor that stands still induces nothing: `still` blows where the wind does, `still axial` is what
   * CCBlade takes, as if all of the wind came along the shaft.
   */
  state: RotorState
}

/** What the rotor does. */
export type RotorState = 'turning' | 'still' | 'still axial'

/** Loads of one element with their derivatives. */
export interface ElementLoads {
  phi: number
  angleOfAttack: number
  axialInduction: number
  tangentialInduction: number
  /** Speed relative to the section. */
  relativeSpeed: number
  liftCoefficient: number
  dragCoefficient: number
  normal: number
  tangential: number
  /** With the axial inflow, the tangential inflow, and the pitch. */
  normalSlopes: [number, number, number]
  tangentialSlopes: [number, number, number]
}

/** An empty record for {@link elementLoads} to fill. */
export function noLoads(): ElementLoads {
  return {
    phi: 0,
    angleOfAttack: 0,
    axialInduction: 0,
    tangentialInduction: 0,
    relativeSpeed: 0,
    liftCoefficient: 0,
    dragCoefficient: 0,
    normal: 0,
    tangential: 0,
    normalSlopes: [0, 0, 0],
    tangentialSlopes: [0, 0, 0],
  }
}

/** Closest that the inflow angle comes to a singular one in the brackets. */
const EPSILON = 1e-6
/** Where momentum theory ends and Buhl's empirical curve begins. */
const MOMENTUM_LIMIT = 2 / 3
/** Beyond this induction the relative speed is taken from the other component (relativeWind). */
const ABSURD_INDUCTION = 10

/** Momentum balance at one inflow angle, with everything's derivatives along phi and along the angle of attack. */
interface Balance {
  residual: number
  a: number
  ap: number
  /** Derivatives along phi (the angle of attack follows) and along the angle of attack alone. */
  residualSlopes: [number, number]
  aSlopes: [number, number]
  apSlopes: [number, number]
}

const balance: Balance = { residual: 0, a: 0, ap: 0, residualSlopes: [0, 0], aSlopes: [0, 0], apSlopes: [0, 0] }

/** Prandtl's loss factor 2/pi acos(exp(-factor / |sin phi|)). */
function loss(factor: number, sine: number): number {
  return (2 / Math.PI) * Math.acos(Math.exp(-factor / sine))
}

/** Its derivative with |sin phi|; 0 where it has saturated. */
function lossSlope(factor: number, sine: number): number {
  const power = Math.exp(-factor / sine)
  if (power === 0 || power === 1) return 0
  return ((-2 / Math.PI) * power * (factor / (sine * sine))) / Math.sqrt(1 - power * power)
}

/** Axial induction from k in the windmill and momentum range: momentum theory, then Buhl's correction with loss factor F. */
function axialInduction(k: number, lossFactor: number): number {
  if (k <= MOMENTUM_LIMIT) return k / (1 + k)
  const twice = 2 * lossFactor * k
  const g1 = twice - (10 / 9 - lossFactor)
  const g2 = twice - (4 / 3 - lossFactor) * lossFactor
  const g3 = twice - (25 / 9 - 2 * lossFactor)
  return Math.abs(g3) < 1e-6 ? 1 - 1 / (2 * Math.sqrt(g2)) : (g1 - Math.sqrt(g2)) / g3
}

/** Change of {@link axialInduction} when k and the loss factor change by dk and dF. */
function axialInductionChange(k: number, lossFactor: number, dk: number, dF: number): number {
  if (k <= MOMENTUM_LIMIT) return dk / (1 + k) ** 2
  const twice = 2 * lossFactor * k
  const dTwice = 2 * (dF * k + lossFactor * dk)
  const g1 = twice - (10 / 9 - lossFactor)
  const g2 = twice - (4 / 3 - lossFactor) * lossFactor
  const g3 = twice - (25 / 9 - 2 * lossFactor)
  const root = Math.sqrt(g2)
  const dRoot = (dTwice - (4 / 3) * dF + 2 * lossFactor * dF) / (2 * root)
  if (Math.abs(g3) < 1e-6) return dRoot / (2 * g2)
  return ((dTwice + dF - dRoot) * g3 - (g1 - root) * (dTwice + 2 * dF)) / (g3 * g3)
}

/** Ning's residual at an inflow angle; a root is a solution. */
export function residual(section: Section, inflow: Inflow, phi: number): number {
  const alpha = phi - section.twistRad - inflow.pitchRad
  const lift = valueAt(section.polar.lift, alpha)
  const drag = valueAt(section.polar.drag, alpha)
  const s = Math.sin(phi)
  const c = Math.cos(phi)
  const sine = Math.abs(s)
  const lossFactor = loss(section.tipFactor, sine) * loss(section.hubFactor, sine)
  const k = (section.solidity * (lift * c + drag * s)) / 4 / lossFactor / s / s
  const kp = (section.solidity * (lift * s - drag * c)) / 4 / lossFactor / s / c
  const swirl = (c / (inflow.tangential / inflow.axial)) * (1 - kp)
  return phi > 0 ? s / (1 - axialInduction(k, lossFactor)) - swirl : s * (1 - k) - swirl
}

/** {@link residual} with inductions and derivatives, into the module's scratch record. */
function balanceAt(section: Section, inflow: Inflow, phi: number): void {
  const { polar, solidity, tipFactor, hubFactor } = section
  const alpha = phi - section.twistRad - inflow.pitchRad
  const lift = valueAt(polar.lift, alpha)
  const drag = valueAt(polar.drag, alpha)
  const s = Math.sin(phi)
  const c = Math.cos(phi)
  const sine = Math.abs(s)
  const tip = loss(tipFactor, sine)
  const hub = loss(hubFactor, sine)
  const lossFactor = tip * hub
  const normal = lift * c + drag * s
  const tangential = lift * s - drag * c
  const k = (solidity * normal) / 4 / lossFactor / s / s
  const kp = (solidity * tangential) / 4 / lossFactor / s / c
  const wind = phi > 0
  balance.a = wind ? axialInduction(k, lossFactor) : k > 1 ? k / (k - 1) : 0
  balance.ap = kp / (1 - kp)
  const ratio = inflow.axial / inflow.tangential
  balance.residual = (wind ? s / (1 - balance.a) : s * (1 - k)) - c * ratio * (1 - kp)
  const liftSlope = slopeAt(polar.lift, alpha)
  const dragSlope = slopeAt(polar.drag, alpha)
  const dLoss = Math.sign(s) * c * (lossSlope(tipFactor, sine) * hub + tip * lossSlope(hubFactor, sine))
  for (let way = 0; way < 2; way += 1) {
    const turns = way === 0 ? 1 : 0
    const dNormal = liftSlope * c + dragSlope * s - turns * tangential
    const dTangential = liftSlope * s - dragSlope * c + turns * normal
    const dF = turns * dLoss
    const perForce = solidity / (4 * lossFactor * s)
    const dk = (perForce * dNormal) / s - k * (dF / lossFactor + (2 * turns * c) / s)
    const dkp = (perForce * dTangential) / c - kp * (dF / lossFactor + turns * (c / s - s / c))
    const da = wind ? axialInductionChange(k, lossFactor, dk, dF) : k > 1 ? -dk / (k - 1) ** 2 : 0
    balance.aSlopes[way] = da
    balance.apSlopes[way] = dkp / (1 - kp) ** 2
    const first = wind ? (turns * c * (1 - balance.a) + s * da) / (1 - balance.a) ** 2 : turns * c * (1 - k) - s * dk
    balance.residualSlopes[way] = first + turns * s * ratio * (1 - kp) + c * ratio * dkp
  }
}

/** The inflow angle: Ning's three brackets in turn. 0 when none holds a root. */
function inflowAngle(section: Section, inflow: Inflow): number {
  const f = (phi: number): number => residual(section, inflow, phi)
  let low = EPSILON
  let high = Math.PI / 2
  if (f(low) * f(high) > 0) {
    if (f(-Math.PI / 4) < 0 && f(-EPSILON) > 0) {
      low = -Math.PI / 4
      high = -EPSILON
    } else {
      low = Math.PI / 2
      high = Math.PI - EPSILON
    }
  }
  const root = brent(f, low, high)
  return Number.isNaN(root) ? 0 : root
}

/** Solves one element and writes its loads and their derivatives into `out`. Loads that are not numbers (no solution) are 0. */
export function elementLoads(section: Section, inflow: Inflow, airDensity: number, out: ElementLoads): void {
  if (inflow.state === 'turning') {
    out.phi = inflowAngle(section, inflow)
    balanceAt(section, inflow, out.phi)
    out.axialInduction = balance.a
    out.tangentialInduction = balance.ap
  } else {
    out.phi = inflow.state === 'still' ? Math.atan2(inflow.axial, inflow.tangential) : Math.PI / 2
    out.axialInduction = 0
    out.tangentialInduction = 0
  }
  sectionLoads(section, inflow, airDensity, out)
  if (Number.isNaN(out.normal)) clear(out)
}

function clear(out: ElementLoads): void {
  out.normal = 0
  out.tangential = 0
  out.normalSlopes.fill(0)
  out.tangentialSlopes.fill(0)
}

function sectionLoads(section: Section, inflow: Inflow, airDensity: number, out: ElementLoads): void {
  const { polar, chordM } = section
  const { phi } = out
  const alpha = phi - (section.twistRad + inflow.pitchRad)
  const lift = valueAt(polar.lift, alpha)
  const drag = valueAt(polar.drag, alpha)
  const s = Math.sin(phi)
  const c = Math.cos(phi)
  const speed = relativeSpeed(inflow, out.axialInduction, out.tangentialInduction, s, c)
  const scale = 0.5 * airDensity * chordM
  out.angleOfAttack = alpha
  out.relativeSpeed = speed
  out.liftCoefficient = lift
  out.dragCoefficient = drag
  const cn = lift * c + drag * s
  const ct = lift * s - drag * c
  out.normal = scale * speed * speed * cn
  out.tangential = scale * speed * speed * ct
  const liftSlope = slopeAt(polar.lift, alpha)
  const dragSlope = slopeAt(polar.drag, alpha)
  // Totals along axial inflow, tangential inflow, pitch: phi follows so that the residual stays zero.
  for (let way = 0; way < 3; way += 1) {
    const dAxial = way === 0 ? 1 : 0
    const dTangential = way === 1 ? 1 : 0
    const dPitch = way === 2 ? 1 : 0
    const dPhi = angleChange(inflow, c, dAxial, dTangential, dPitch)
    const turning = inflow.state === 'turning'
    const da = turning ? balance.aSlopes[0] * dPhi - balance.aSlopes[1] * dPitch : 0
    const dap = turning ? balance.apSlopes[0] * dPhi - balance.apSlopes[1] * dPitch : 0
    const dAlpha = dPhi - dPitch
    const dcn = (liftSlope * c + dragSlope * s) * dAlpha - ct * dPhi
    const dct = (liftSlope * s - dragSlope * c) * dAlpha + cn * dPhi
    const dSpeed = speedChange(inflow, out, s, c, dAxial, dTangential, dPhi, da, dap)
    out.normalSlopes[way] = scale * speed * (speed * dcn + 2 * cn * dSpeed)
    out.tangentialSlopes[way] = scale * speed * (speed * dct + 2 * ct * dSpeed)
  }
}

/** How the inflow angle follows a change of inflow or pitch. */
function angleChange(inflow: Inflow, c: number, dAxial: number, dTangential: number, dPitch: number): number {
  const { axial, tangential } = inflow
  if (inflow.state === 'still axial') return 0
  if (inflow.state === 'still')
    return (tangential * dAxial - axial * dTangential) / (axial * axial + tangential * tangential)
  const kp = balance.ap / (1 + balance.ap)
  const dRatio = dAxial / tangential - (axial * dTangential) / tangential ** 2
  const direct = -c * (1 - kp) * dRatio - balance.residualSlopes[1] * dPitch
  return -direct / balance.residualSlopes[0]
}

function relativeSpeed(inflow: Inflow, a: number, ap: number, s: number, c: number): number {
  if (Math.abs(a) > ABSURD_INDUCTION) return (inflow.tangential * (1 + ap)) / c
  if (Math.abs(ap) > ABSURD_INDUCTION) return (inflow.axial * (1 - a)) / s
  return Math.sqrt((inflow.axial * (1 - a)) ** 2 + (inflow.tangential * (1 + ap)) ** 2)
}

function speedChange(
  inflow: Inflow,
  { axialInduction: a, tangentialInduction: ap, relativeSpeed: speed }: ElementLoads,
  s: number,
  c: number,
  dAxial: number,
  dTangential: number,
  dPhi: number,
  da: number,
  dap: number,
): number {
  const x = inflow.axial * (1 - a)
  const y = inflow.tangential * (1 + ap)
  const dx = dAxial * (1 - a) - inflow.axial * da
  const dy = dTangential * (1 + ap) + inflow.tangential * dap
  if (Math.abs(a) > ABSURD_INDUCTION) return (dy + (y * s * dPhi) / c) / c
  if (Math.abs(ap) > ABSURD_INDUCTION) return (dx - (x * c * dPhi) / s) / s
  return speed === 0 ? 0 : (x * dx + y * dy) / speed
}
