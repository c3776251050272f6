/**
 * Counter-based randomness: draw number `counter` of stream `key` is a pure function of both. A checkpoint keeps one
 * integer per stream, and one part's extra draw never shifts another's.
 *
 * The mixer is the 32-bit finalizer "lowbias32" (Wellons, hash-prospector), applied twice with the key between.
 */

/** One independent stream. Two 32-bit words derived from the seed and the stream's name. */
export interface StreamKey {
  readonly a: number
  readonly b: number
}

function mix32(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return x ^ (x >>> 16)
}

/** The stream called `name` under `seed` (any safe integer). */
export function streamKey(seed: number, name: string): StreamKey {
  let a = mix32(seed | 0) ^ 0x9e3779b9
  let b = mix32(Math.floor(seed / 0x1_0000_0000) | 0) ^ 0x85ebca6b
  for (let i = 0; i < name.length; i++) {
    a = mix32(a ^ name.charCodeAt(i))
    b = mix32(b + Math.imul(name.charCodeAt(i), 0x27d4eb2f))
  }
  return { a: mix32(a ^ b), b: mix32(b ^ (a >>> 1) ^ 0x165667b1) }
}

/** Draw `counter` of the stream: uniform over the 2^32 unsigned integers. */
export function draw(key: StreamKey, counter: number): number {
  return mix32(mix32(Math.imul(counter, 0x9e3779b9) + key.a) ^ key.b) >>> 0
}

/** Maps a 32-bit draw to an integer in [0, bound), `bound` <= 2^21 exactly unbiased to 2^-11; no floating division. */
export function below(entropy: number, bound: number): number {
  return Math.floor((entropy * bound) / 0x1_0000_0000)
}

/** Maps a 32-bit draw to an integer in [low, high], both ends included. */
export function between(entropy: number, low: number, high: number): number {
  return low + below(entropy, high - low + 1)
}

/** A second, independent 32-bit value from one draw, for a step that must decide twice. */
export function again(entropy: number, salt: number): number {
  return mix32(entropy ^ Math.imul(salt + 1, 0x9e3779b9)) >>> 0
}
