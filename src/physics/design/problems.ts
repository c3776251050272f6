/** What is wrong or odd about a design file. */
export interface Problem {
  /**
   * `error`: no design can be made of it. `warning`: it can, but something in the file is unknown or does not act as written.
   * `note`: something in the file has no effect in RAFT either.
   */
  readonly severity: 'error' | 'warning' | 'note'
  /** Where: keys and indices from the top, such as `platform.members[2].d`; empty for the whole. */
  readonly path: string
  /** What was expected and what was found, without the path. */
  readonly message: string
}

/** One line about a problem: path and message. */
export const problemText = ({ path, message }: Problem): string => (path === '' ? message : `${path}: ${message}`)

/** Collects problems while a file is read. */
export class Report {
  readonly problems: Problem[] = []

  error(path: string, message: string): void {
    this.problems.push({ severity: 'error', path, message })
  }

  /** An error in its usual form. */
  expected(path: string, what: string, found: unknown): void {
    this.error(path, `expected ${what}, found ${shown(found)}`)
  }

  warn(path: string, message: string): void {
    this.problems.push({ severity: 'warning', path, message })
  }

  note(path: string, message: string): void {
    this.problems.push({ severity: 'note', path, message })
  }

  get failed(): boolean {
    return this.problems.some(({ severity }) => severity === 'error')
  }
}

const SHOWN_MAX = 60

/** A value of a file as a message shows it: short, in the notation of JSON. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value) && value.length > 8) return `a list of ${value.length}`
  const text = JSON.stringify(value) ?? typeof value
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}
