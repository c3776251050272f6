/** A decimal number with its unit, as people write it: `12m`, `0.5%`, `1e6N`. */
export interface Quantity {
  readonly value: number
  readonly unit: string
  /** The canonical text: the shortest digits that give the number, then the unit. */
  readonly text: string
}

const NUMBER = /^-?\d{1,21}(?:\.\d{1,25})?(?:e[+-]?\d{1,3})?/

/** Reads a quantity in one of the units ('' is none); null when it is none. */
export function parseQuantity(text: string, units: readonly string[]): Quantity | null {
  const number = NUMBER.exec(text)?.[0]
  if (number === undefined) return null
  const unit = text.slice(number.length)
  if (!units.includes(unit)) return null
  // `+ 0` turns -0 into 0.
  const value = Number(number) + 0
  return { value, unit, text: formatQuantity(value, unit) }
}

/** `12m` for 12 and m: reads back as the same number. */
export function formatQuantity(value: number, unit: string): string {
  return `${String(value + 0).replace('e+', 'e')}${unit}`
}
