/** A screen reader needs time for a sentence: at most one announcement in this many milliseconds. */
const QUIET_MS = 1_500
/** More than this many events at once are counted, not read. */
const SENTENCES_MAX = 4

/** Collects what is to be said and hands it out coalesced. Pure of timers: the caller brings the time. */
export class Announcements {
  private waiting: string[] = []
  private saidAtMs = Number.NEGATIVE_INFINITY

  add(text: string): void {
    this.waiting.push(text)
  }

  /** What is to be said at `nowMs`, or null. */
  take(nowMs: number): string | null {
    if (this.waiting.length === 0 || nowMs - this.saidAtMs < QUIET_MS) return null
    const sentences = this.waiting
    this.waiting = []
    this.saidAtMs = nowMs
    if (sentences.length <= SENTENCES_MAX) return sentences.join('. ')
    return `${sentences.length - SENTENCES_MAX} earlier events. ${sentences.slice(-SENTENCES_MAX).join('. ')}`
  }
}
