/**
 * The only requestAnimationFrame of the page. Each frame runs, in this order: `pull` (ask workers for the next frame),
 * `animate` (compute positions), `draw` (canvases). Sleeps when nobody is registered.
 */
export type Phase = 'pull' | 'animate' | 'draw'
export type FrameCallback = (nowMs: number, elapsedMs: number) => void

const PHASES: readonly Phase[] = ['pull', 'animate', 'draw']
const callbacks: Record<Phase, Set<FrameCallback>> = { pull: new Set(), animate: new Set(), draw: new Set() }
let request = 0
let last = 0

function frame(nowMs: number): void {
  const elapsedMs = last === 0 ? 0 : nowMs - last
  last = nowMs
  for (const phase of PHASES) for (const callback of callbacks[phase]) callback(nowMs, elapsedMs)
  wake()
}

function wake(): void {
  const idle = PHASES.every((phase) => callbacks[phase].size === 0)
  if (idle) last = 0
  request = idle ? 0 : requestAnimationFrame(frame)
}

/** Runs `callback` in every frame until the returned function is called. */
export function onFrame(phase: Phase, callback: FrameCallback): () => void {
  callbacks[phase].add(callback)
  if (request === 0) wake()
  return () => {
    callbacks[phase].delete(callback)
  }
}
