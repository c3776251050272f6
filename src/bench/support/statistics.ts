/** The value below which `share` (0..1) of the samples lie, nearest rank. There must be at least one sample. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5)

/** Three significant digits: what a repeated measurement can confirm. */
export const rounded = (value: number): number => Number(value.toPrecision(3))

/** Milliseconds that `work` takes. */
export function timed(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

/** Bytes in use after a full collection, buffers included. */
export function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('start with node --expose-gc (npm run bench does)')
  // Buffers are freed a collection later than the objects that hold them.
  for (let round = 0; round < 3; round++) globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
