/**
 * Asks a slow source for the newest thing that is wanted: never more than one question under way, and not more often
 * than every `gapMs`. What was wanted in between is forgotten. Has no timer: `step` is called once per frame.
 */
export interface Feed<Query> {
  /** `key` says when two questions are the same; an answered question is not asked again. */
  want(key: string, query: Query): void
  /** The next `want` asks even for what was answered. */
  forget(): void
  step(nowMs: number): void
}

export function createFeed<Query, Answer>(
  ask: (query: Query) => Promise<Answer>,
  receive: (answer: Answer, query: Query) => void,
  gapMs: number,
): Feed<Query> {
  let wanted: { readonly key: string; readonly query: Query } | null = null
  let asked: string | null = null
  let underway = false
  let askedAtMs = Number.NEGATIVE_INFINITY
  const start = async (key: string, query: Query) => {
    underway = true
    asked = key
    try {
      receive(await ask(query), query)
    } catch {
      // The worker is gone or restarting; the next change asks again.
      asked = null
    } finally {
      underway = false
    }
  }
  return {
    want(key, query) {
      wanted = { key, query }
    },
    forget() {
      asked = null
    },
    step(nowMs) {
      if (wanted === null || underway || wanted.key === asked || nowMs - askedAtMs < gapMs) return
      askedAtMs = nowMs
      void start(wanted.key, wanted.query)
    },
  }
}
