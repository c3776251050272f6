import { useSyncExternalStore } from 'react'
import { Color } from 'three'
import { onPalette, type Palette, palette } from '../../../../viz/palette.ts'

/** The colours of the view in space: role tokens, mixed where a body needs light and shade. */
export interface Look {
  readonly sky: Color
  readonly sea: Color
  readonly shine: Color
  readonly bed: Color
  readonly grid: Color
  readonly hull: Color
  readonly tower: Color
  readonly edge: Color
  readonly ballast: Color
  readonly flooded: Color
  readonly line: Color
  readonly onBed: Color
  readonly cut: Color
  readonly ghost: Color
  /** Width of strokes in pixels. */
  readonly stroke: number
}

const looks = new WeakMap<Palette, Look>()

/** The look of the present theme; renders again when it changes. */
export function useLook(): Look {
  const colors = useSyncExternalStore(onPalette, palette)
  const known = looks.get(colors) ?? lookOf(colors)
  looks.set(colors, known)
  return known
}

const mix = (one: string, other: string, share: number): Color => new Color(one).lerp(new Color(other), share)

/** Half of the lightness that an eye sees. */
const MIDDLE = 0.2

function lookOf(colors: Palette): Look {
  const isDark = new Color(colors.surface0).getHSL({ h: 0, s: 0, l: 0 }).l < MIDDLE
  return {
    sky: mix(colors.surface0, colors.accentSoft, isDark ? 0.75 : 0.5),
    sea: mix(colors.accent, colors.accentSoft, isDark ? 0.35 : 0.5),
    shine: mix(colors.surface0, colors.accent, isDark ? 0.35 : 0.1),
    bed: mix(isDark ? colors.surface0 : colors.accentSoft, colors.ink3, isDark ? 0.12 : 0.15),
    grid: mix(colors.surface0, colors.ink3, isDark ? 0.45 : 0.6),
    hull: mix(colors.nodeFill, colors.ink, isDark ? 0.5 : 0.14),
    tower: mix(colors.nodeFill, colors.ink, isDark ? 0.8 : 0.05),
    edge: new Color(isDark ? colors.surface0 : colors.ink2),
    ballast: new Color(colors.color('--term-0')),
    flooded: new Color(colors.accent),
    line: new Color(colors.ink),
    onBed: new Color(colors.ink3),
    cut: new Color(colors.bad),
    ghost: new Color(colors.ink2),
    stroke: colors.stroke,
  }
}
