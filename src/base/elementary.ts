import { assert } from './assert.ts'

/**
 * Elementary functions that are the same number in every engine: ECMAScript leaves `Math.log`, `Math.exp` and `Math.pow`
 * to the implementation, so what decides must not use them. Only IEEE 754 +, -, ×, ÷ and the bits of a double are used
 * here, and these are exact by standard.
 *
 * `ln`, `exp` and `log10` follow Sun's fdlibm 5.3 (e_log.c, e_exp.c, e_log10.c; freely usable), whose errors are below
 * one unit in the last place; the roots are iterations. Beyond their range: NaN, 0 or Infinity, as `Math` has it.
 */

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const LOG10_2_HIGH = 0.30102999566361177
const LOG10_2_LOW = 3.694239077158931e-13
const TWO_54 = 0x40_0000_0000_0000
const NORMAL_MIN = 2.2250738585072014e-308
/** The arguments beyond which `exp` is Infinity, and 0. */
const EXP_MAX = 709.782712893384
const EXP_MIN = -745.1332191019411
/** Splits a double into two halves of 26 bits (Dekker 1971). */
const SPLITTER = 0x800_0001
/** Up to here an integer power is a product: exact as long as the products are. */
const PRODUCT_MAX = 64

// One double seen as two words. Every engine of today is little-endian; asked once, not assumed.
const double = new Float64Array([1])
const words = new Uint32Array(double.buffer)
const HIGH = words[1] === 0 ? 0 : 1

/** 2^-1023 … 2^1023, exact. A table, since a double put together from words is slow to read back. */
const POWERS = new Float64Array(2_047).fill(1)
for (let k = 1; k <= 1_023; k++) {
  POWERS[1_023 + k] = POWERS[1_022 + k]! * 2
  POWERS[1_023 - k] = POWERS[1_024 - k]! / 2
}

/** 2^k, for -1023 <= k <= 1023. */
const powerOfTwo = (k: number): number => POWERS[k + 1_023]!

/** The exponent of a normal x > 0: 2^exponent <= x < 2^(exponent + 1). */
function exponentOf(x: number): number {
  double[0] = x
  return (words[HIGH]! >>> 20) - 1_023
}

/** x · 2^k in two steps, so that neither leaves the range of powers before the product does. */
function scale(x: number, k: number): number {
  const half = k >> 1
  return x * powerOfTwo(half) * powerOfTwo(k - half)
}

/** The logarithm of 1 + f, with `k` times ln 2 added: |f| is at most about 0.42. */
function lnOfMantissa(f: number, k: number): number {
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373))
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)))
  const square = 0.5 * f * f
  return k * LN2_HIGH - (square - (s * (square + (odd + even)) + k * LN2_LOW) - f)
}

/** The natural logarithm. */
export function ln(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return edge(x, Number.NEGATIVE_INFINITY)
  if (x < NORMAL_MIN) return lnOfNormal(x * TWO_54, -54)
  return lnOfNormal(x, 0)
}

function lnOfNormal(x: number, shift: number): number {
  const exponent = exponentOf(x)
  const mantissa = x * powerOfTwo(-exponent)
  // Centred on 1, so that ln near 1 is not a difference of two large numbers.
  return mantissa > Math.SQRT2
    ? lnOfMantissa(mantissa / 2 - 1, exponent + 1 + shift)
    : lnOfMantissa(mantissa - 1, exponent + shift)
}

/** What a function of positive numbers is at 0, below it, and at NaN and Infinity. */
function edge(x: number, atZero: number): number {
  if (x === 0) return atZero
  return x < 0 ? Number.NaN : x
}

/** The logarithm to the base 10; exact for 10^0 … 10^22. */
export function log10(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return edge(x, Number.NEGATIVE_INFINITY)
  const isTiny = x < NORMAL_MIN
  const normal = isTiny ? x * TWO_54 : x
  const exponent = exponentOf(normal)
  // A mantissa below 1 with a negative exponent: both parts of the sum then have one sign.
  const k = exponent < 0 ? exponent + 1 : exponent
  const y = isTiny ? k - 54 : k
  return y * LOG10_2_LOW + Math.LOG10E * lnOfNormal(normal * powerOfTwo(-k), 0) + y * LOG10_2_HIGH
}

/** e to the power x. */
export function exp(x: number): number {
  if (x > EXP_MAX) return Number.POSITIVE_INFINITY
  if (x < EXP_MIN) return 0
  if (Number.isNaN(x)) return x
  const k = Math.floor(x * Math.LOG2E + 0.5)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const t = r * r
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))))
  return scale(1 - (low - (r * c) / (2 - c) - high), k)
}

/** The square root, correctly rounded. */
export function sqrt(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return edge(x, x)
  if (x < NORMAL_MIN) return rootOfNormal(x * TWO_54) / 0x800_0000
  return rootOfNormal(x)
}

function rootOfNormal(x: number): number {
  const half = exponentOf(x) >> 1
  const m = x * powerOfTwo(-2 * half)
  // 1 <= m < 4. Newton doubles the digits at each step: 4 % off, then 1e-3, 4e-7, 1e-13, all.
  let root = 0.68 + 0.345 * m
  for (let step = 0; step < 4; step++) root = 0.5 * (root + m / root)
  return scale(nearest(m, root + remainder(m, root) / (2 * root)), half)
}

/** `root` is off by at most one unit in the last place of [1, 2]: the exact remainder says whether it is, and how. */
function nearest(m: number, root: number): number {
  const rest = remainder(m, root)
  if (rest > root * Number.EPSILON) return root + Number.EPSILON
  return rest <= -root * Number.EPSILON ? root - Number.EPSILON : root
}

/** m - root², without the rounding of the square (Dekker 1971): what decides the last bit. */
function remainder(m: number, root: number): number {
  const wide = SPLITTER * root
  const high = wide - (wide - root)
  const low = root - high
  const square = root * root
  const rounding = high * high - square + 2 * high * low + low * low
  return m - square - rounding
}

/** The cube root, of negative numbers too; exact where the root is an integer. */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x
  if (x < 0) return -cbrt(-x)
  if (x < NORMAL_MIN) return cbrt(x * TWO_54) / 0x4_0000
  const third = Math.floor(exponentOf(x) / 3)
  const m = x * powerOfTwo(-3 * third)
  // 1 <= m < 8. Halley's iteration triples the digits at each step.
  let root = 0.86 + 0.15 * m
  for (let step = 0; step < 3; step++) {
    const cube = root * root * root
    root -= (root * (cube - m)) / (cube + cube + m)
  }
  return scale(root, third)
}

/**
 * x to the power y, for x >= 0. Integer powers up to 64 are products; others are within 1e-14 of the truth (relative)
 * as long as the result lies between e^-30 and e^30, and lose a digit for each factor of ten in the exponent beyond.
 */
export function pow(x: number, y: number): number {
  assert(!(x < 0), 'pow of a negative number')
  if (Number.isInteger(y) && Math.abs(y) <= PRODUCT_MAX) return y < 0 ? 1 / product(x, -y) : product(x, y)
  if (x === 0) return y > 0 ? 0 : Number.POSITIVE_INFINITY
  return x === 1 ? 1 : exp(y * ln(x))
}

function product(x: number, times: number): number {
  let result = 1
  let square = x
  for (let rest = times; rest > 0; rest >>= 1) {
    if (rest % 2 === 1) result *= square
    if (rest > 1) square *= square
  }
  return result
}
