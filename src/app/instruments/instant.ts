import { parseDuration } from '../../base/units.ts'

/** `3.2`, `3.2s`, `150ms`: seconds when no unit is said. Null: no instant. */
export function readInstant(text: string): number | null {
  const trimmed = text.trim().replaceAll(' ', '')
  return parseDuration(/[a-z]$/.test(trimmed) ? trimmed : `${trimmed}s`)
}
