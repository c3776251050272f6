import { CODEL_DEFAULTS, type Codel, codelDequeue, initialCodel } from './codel.ts'

/** A queue that never gets shorter or younger than `sojournUs`. */
export function persistent(sojournUs: number, nowUs: () => number, ecnCapable = false) {
  return () => ({
    packet: { enqueuedUs: nowUs() - sojournUs, sizeBytes: 1_500, ecnCapable },
    rest: null,
    backlogBytes: 100_000,
  })
}

/** Instants of CoDel's drops when one packet of such a queue is taken every 100 µs. */
export function dropsOf(sojournUs: number, untilUs: number): number[] {
  const drops: number[] = []
  let nowUs = 0
  let codel: Codel = initialCodel
  for (; nowUs <= untilUs; nowUs += 100) {
    const out = codelDequeue(
      CODEL_DEFAULTS,
      codel,
      null,
      persistent(sojournUs, () => nowUs),
      nowUs,
    )
    codel = out.codel
    for (const _ of out.dropped) drops.push(nowUs)
  }
  return drops
}
