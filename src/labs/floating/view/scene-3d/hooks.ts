import { useEffect, useMemo, useRef } from 'react'
import { onFrame } from '../../../../viz/scheduler.ts'

/** Runs in every frame, before the picture is drawn, with the newest closure. */
export function useAnimate(callback: () => void): void {
  const latest = useRef(callback)
  latest.current = callback
  useEffect(() => onFrame('animate', () => latest.current()), [])
}

interface Disposable {
  dispose(): void
}

/** Something that the graphics card holds: made again when `key` changes, and given back. */
export function useHeld<T extends Disposable>(make: () => T, key: readonly unknown[]): T {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what it depends on
  const held = useMemo(make, key)
  useEffect(() => () => held.dispose(), [held])
  return held
}
