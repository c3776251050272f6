import type { Palette } from './palette.ts'
import { TERM_HUES } from './palette.ts'

/**
 * Thousands of slots as a square of pixels, one pixel a slot: the hue is the owner's, and so is a pattern, since hues
 * repeat and not everybody tells them apart. The canvas is scaled up with `image-rendering: pixelated`.
 */

/** Columns of the map, each with one entry a slot. */
export interface SlotColumns {
  /** Owner + 1; 0: nobody. */
  readonly owner: Uint8Array
  /** 0: at rest; else it moves between `owner` and `partner`. */
  readonly state: Uint8Array
  /** Other side of the move + 1; 0: none. */
  readonly partner: Uint8Array
  /** How many things lie in the slot. */
  readonly keys: Uint32Array
}

export interface SlotColors {
  /** One pixel (ABGR) per hue. */
  readonly hues: readonly number[]
  /** Slots without an owner are hatched: a hole, not a pale owner. */
  readonly nobody: number
  readonly hatch: number
  readonly ink: number
  readonly ground: number
}

export function slotColors(palette: Palette): SlotColors {
  return {
    hues: Array.from({ length: TERM_HUES }, (_, hue) => palette.pixel(`--term-${hue}`)),
    nobody: palette.pixel('--surface-2'),
    hatch: palette.pixel('--ink-3'),
    ink: palette.pixel('--ink'),
    ground: palette.pixel('--surface-0'),
  }
}

const PATTERNS = 5

/** Whether the pattern of `owner` is dark at this place. */
export function patternAt(owner: number, x: number, y: number): boolean {
  switch (owner % PATTERNS) {
    case 0:
      return false
    case 1:
      return y % 4 === 0
    case 2:
      return x % 4 === 0
    case 3:
      return (x + y) % 4 === 0
    default:
      return x % 3 === 0 && y % 3 === 0
  }
}

/** `share` of `over` in 256ths laid over `under`; both ABGR, opaque. */
export function mix(under: number, over: number, share: number): number {
  const channel = (shift: number) => {
    const low = (under >>> shift) & 0xff
    return (low + ((((over >>> shift) & 0xff) - low) * share) / 256) & 0xff
  }
  return (0xff000000 | (channel(16) << 16) | (channel(8) << 8) | channel(0)) >>> 0
}

const DARK_SHARE = 84
const KEYS_SHARE = 200
const SHADES = 4

/** Colours of every owner: plain, dark in its pattern, and both with keys. */
function shadesOf(colors: SlotColors): Uint32Array {
  const owners = 256
  const shades = new Uint32Array(owners * SHADES).fill(colors.nobody)
  for (let owner = 0; owner < owners - 1; owner++) {
    const plain = mix(colors.hues[owner % TERM_HUES]!, colors.ground, 40)
    const dark = mix(plain, colors.ground, DARK_SHARE)
    const at = (owner + 1) * SHADES
    shades[at] = plain
    shades[at + 1] = dark
    shades[at + 2] = mix(plain, colors.ink, KEYS_SHARE)
    shades[at + 3] = mix(dark, colors.ink, KEYS_SHARE)
  }
  return shades
}

/** Paints into `pixels`, `side` x `side` of them. `phase` 0 or 1: the two pictures between which moving slots blink. */
export function createSlotPainter(side: number, colors: SlotColors) {
  const shades = shadesOf(colors)
  const patterns = new Uint8Array(PATTERNS * side * side)
  for (let pattern = 0; pattern < PATTERNS; pattern++) {
    for (let at = 0; at < side * side; at++) {
      if (patternAt(pattern, at % side, Math.floor(at / side))) patterns[pattern * side * side + at] = 1
    }
  }
  const hatched = Uint8Array.from({ length: side * side }, (_, at) =>
    ((at % side) + Math.floor(at / side)) % 5 === 0 ? 1 : 0,
  )
  return (pixels: Uint32Array, { owner, state, partner, keys }: SlotColumns, phase: number): void => {
    for (let slot = 0; slot < side * side; slot++) {
      const shown = state[slot] !== 0 && phase === 1 ? partner[slot]! : owner[slot]!
      if (shown === 0) {
        pixels[slot] = hatched[slot] === 1 ? colors.hatch : colors.nobody
        continue
      }
      const dark = patterns[((shown - 1) % PATTERNS) * side * side + slot]!
      pixels[slot] = shades[shown * SHADES + dark + (keys[slot] === 0 ? 0 : 2)]!
    }
  }
}
