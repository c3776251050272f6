/** Speeds as people choose them: 1, 2 or 5 times a power of ten; the last place of the slider is "as fast as possible". */
const FACTORS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000,
] as const

/** What the engine calls "as fast as possible". */
export const SPEED_MAX = 0

/** The places of the slider are 0 … this. */
export const SPEED_PLACES = FACTORS.length

/** The speed at a place of the slider. */
export function speedAt(place: number): number {
  return FACTORS[Math.round(place)] ?? SPEED_MAX
}

/** The place nearest to a speed (on a scale of ratios). */
export function placeOf(speed: number): number {
  if (speed === SPEED_MAX) return SPEED_PLACES
  const distances = FACTORS.map((factor) => Math.abs(Math.log(factor / speed)))
  return distances.indexOf(Math.min(...distances))
}

/** `×0.05`, `×1`, `max`. */
export function speedText(speed: number): string {
  return speed === SPEED_MAX ? 'max' : `×${Number(speed.toPrecision(3))}`
}

/** The digits of the keyboard: 1 is a thousandth, 4 is real time, 7 is a thousandfold, 0 is as fast as possible. */
export const DIGIT_SPEEDS: readonly (readonly [string, number])[] = [
  ['1', 0.001],
  ['2', 0.01],
  ['3', 0.1],
  ['4', 1],
  ['5', 10],
  ['6', 100],
  ['7', 1_000],
  ['0', SPEED_MAX],
]
