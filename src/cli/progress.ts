import type { Io } from './io.ts'

const BAR_WIDTH_MAX = 40
/** A terminal is not redrawn more often than this. */
const REDRAW_MS = 100
/** Without a terminal: a line each time another tenth is done. */
const TENTHS = 10

/** How far something long has come. */
export interface Progress {
  /** `done` of `total`; `note` is said behind the bar. */
  show(done: number, note: string): void
  /** Wipes the bar, so that the result stands alone. */
  clear(): void
}

/** A bar on a terminal; otherwise plain lines (`lines: true`) or nothing. */
export function startProgress(io: Io, total: number, lines: boolean): Progress {
  if (io.columns !== null) return bar(io, total, io.columns)
  return lines ? plainLines(io, total) : { show: () => undefined, clear: () => undefined }
}

function bar(io: Io, total: number, columns: number): Progress {
  const startMs = io.nowMs()
  let shownMs = Number.NEGATIVE_INFINITY
  let shown = false
  return {
    show(done, note) {
      const nowMs = io.nowMs()
      if (nowMs - shownMs < REDRAW_MS) return
      shownMs = nowMs
      shown = true
      const share = total === 0 ? 1 : done / total
      const text = ` ${Math.floor(share * 100)}% ${note}${left(share, nowMs - startMs)}`
      const width = Math.max(0, Math.min(BAR_WIDTH_MAX, columns - text.length - 3))
      const filled = Math.round(share * width)
      const line = `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]${text}`
      io.err(`\r\x1b[K${line.slice(0, columns - 1)}`)
    },
    clear() {
      if (shown) io.err('\r\x1b[K')
      shown = false
    },
  }
}

/** `, 12 s left`: nothing while a guess would be wild. */
function left(share: number, elapsedMs: number): string {
  if (share < 0.02 || elapsedMs < 1_000) return ''
  return `, ${Math.ceil((elapsedMs / share - elapsedMs) / 1000)} s left`
}

function plainLines(io: Io, total: number): Progress {
  let said = 0
  return {
    show(done, note) {
      const tenth = Math.floor((done / total) * TENTHS)
      if (tenth <= said) return
      said = tenth
      io.err(`${note}\n`)
    },
    clear: () => undefined,
  }
}
