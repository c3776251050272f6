/** Absolute tolerance of scipy's brentq. */
const TOLERANCE = 2e-12
/** Relative tolerance of scipy's brentq: four roundings. */
const RELATIVE = 4 * 2 ** -52
const MAX_ROUNDS = 100

/**
 * Root of f between a and b, where f has opposite signs, by Brent's method (R. P. Brent, Algorithms for Minimization without Derivatives,
 * 1973, chapter 4): inverse quadratic interpolation, secant and bisection, whichever shrinks the bracket safely. NaN when the signs agree.
 * Takes the steps of scipy's brentq, so that of several roots the same one is found.
 */
export function brent(f: (x: number) => number, a: number, b: number): number {
  let [before, fBefore] = [a, f(a)]
  let [here, fHere] = [b, f(b)]
  if (fBefore === 0) return before
  if (fHere === 0) return here
  if (!(fBefore < 0 !== fHere < 0) || Number.isNaN(fBefore + fHere)) return Number.NaN
  let [across, fAcross] = [before, fBefore]
  let lastStep = here - before
  let step = lastStep
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (fBefore !== 0 && fBefore < 0 !== fHere < 0) {
      ;[across, fAcross] = [before, fBefore]
      step = here - before
      lastStep = step
    }
    if (Math.abs(fAcross) < Math.abs(fHere)) {
      ;[before, here, across] = [here, across, here]
      ;[fBefore, fHere, fAcross] = [fHere, fAcross, fHere]
    }
    const smallest = (TOLERANCE + RELATIVE * Math.abs(here)) / 2
    const half = (across - here) / 2
    if (fHere === 0 || Math.abs(half) < smallest) return here
    const guess = Math.abs(lastStep) > smallest && Math.abs(fHere) < Math.abs(fBefore)
    const attempt = guess ? interpolated(before, fBefore, here, fHere, across, fAcross) : half
    const trusted = guess && 2 * Math.abs(attempt) < Math.min(Math.abs(lastStep), 3 * Math.abs(half) - smallest)
    lastStep = trusted ? step : half
    step = trusted ? attempt : half
    ;[before, fBefore] = [here, fHere]
    if (Math.abs(step) > smallest) here += step
    else here += half > 0 ? smallest : -smallest
    fHere = f(here)
  }
  return here
}

/** Step from `here` towards the root: secant through two points, inverse quadratic through three. */
function interpolated(a: number, fa: number, here: number, f: number, across: number, fAcross: number): number {
  if (a === across) return (-f * (here - a)) / (f - fa)
  const slopeA = (fa - f) / (a - here)
  const slopeAcross = (fAcross - f) / (across - here)
  return (-f * (fAcross * slopeAcross - fa * slopeA)) / (slopeAcross * slopeA * (fAcross - fa))
}
