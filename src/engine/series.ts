const SAMPLES_MAX = 1_200
const FIRST_STEP_US = 100_000

/** Samples of every measure at a uniform step of virtual time; past a limit the step doubles. */
export class Series {
  private step = FIRST_STEP_US
  private columns: (number | null)[][]

  constructor(private readonly measures: number) {
    this.columns = Array.from({ length: measures }, () => [])
  }

  get stepUs(): number {
    return this.step
  }

  /** Time of the next sample. */
  get nextUs(): number {
    return (this.columns[0]?.length ?? 0) * this.step
  }

  /** Takes all samples that are due at `time`. */
  sample(time: number, read: (measure: number) => number | null): void {
    if (this.measures === 0) return
    while (this.nextUs <= time) {
      this.columns.forEach((column, measure) => {
        column.push(read(measure))
      })
      if (this.columns[0]!.length > SAMPLES_MAX) this.thin()
    }
  }

  private thin(): void {
    this.step *= 2
    this.columns = this.columns.map((column) => column.filter((_, at) => at % 2 === 0))
  }

  /** The last `count` samples up to `time`, and when the last one was taken. */
  read(
    measure: number,
    time: number,
    count: number,
  ): { readonly values: readonly (number | null)[]; readonly lastUs: number } {
    const column = this.columns[measure]!
    const end = Math.min(column.length, Math.floor(time / this.step) + 1)
    return { values: column.slice(Math.max(0, end - count), end), lastUs: Math.max(0, end - 1) * this.step }
  }

  /** Every sample of every measure, for export. */
  table(): { readonly stepUs: number; readonly columns: readonly (readonly (number | null)[])[] } {
    return { stepUs: this.step, columns: this.columns }
  }

  /** The samples before `time`; what comes at that instant is another future's. */
  fork(time: number): Series {
    const copy = new Series(this.measures)
    copy.step = this.step
    copy.columns = this.columns.map((column) => column.slice(0, Math.ceil(time / this.step)))
    return copy
  }
}
