/**
 * Counts of durations in buckets that are 1/32 of their octave wide, after HdrHistogram: any quantile to 3 %, exact below
 * 32 us, and a record costs no allocation.
 */
export class Histogram {
  count = 0
  private readonly counts = new Float64Array(STEPS * OCTAVES)

  record(us: number): void {
    this.counts[bucketOf(us)]!++
    this.count++
  }

  /** The upper end of the bucket in which the share `quantile` of the durations is reached; null without any. */
  quantile(quantile: number): number | null {
    if (this.count === 0) return null
    const wanted = Math.max(1, Math.ceil(quantile * this.count))
    let seen = 0
    let bucket = -1
    while (seen < wanted) seen += this.counts[++bucket]!
    return upperEnd(bucket)
  }

  clear(): void {
    this.counts.fill(0)
    this.count = 0
  }
}

const STEPS = 32
const STEP_BITS = 5
/** Up to 2^52 us: longer than any run. */
const OCTAVES = 48
const TWO_26 = 0x400_0000

function bucketOf(us: number): number {
  if (us < STEPS) return us
  // Two halves of 26 bits, since integer instructions have only 32.
  const isLarge = us >= TWO_26
  const part = isLarge ? Math.floor(us / TWO_26) : us
  const octave = 31 - Math.clz32(part) + (isLarge ? 26 : 0) - STEP_BITS
  const width = octave < 31 ? 1 << octave : 0x4000_0000 * (1 << (octave - 30))
  return Math.min(STEPS * (octave + 1) + Math.floor(us / width) - STEPS, STEPS * OCTAVES - 1)
}

/** The largest duration of a bucket. */
function upperEnd(bucket: number): number {
  if (bucket < STEPS) return bucket
  const octave = Math.floor(bucket / STEPS) - 1
  let width = 1
  for (let at = 0; at < octave; at++) width *= 2
  return ((bucket % STEPS) + STEPS + 1) * width - 1
}
