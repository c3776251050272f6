/** What lists show of a lab's scenarios and lessons: texts, without the world behind them. */
export interface LabContent {
  readonly scenarios: readonly ScenarioCard[]
  readonly lessons: readonly LessonCard[]
}

export interface ScenarioCard {
  readonly id: string
  readonly title: string
  readonly blurb: string
  readonly text: string
}

export interface LessonCard {
  readonly id: string
  readonly title: string
  readonly blurb: string
  readonly source: string
  readonly minutes: number
  readonly steps: number
}

/** An experiment and the instant at which one begins to look. */
export interface Opening {
  readonly text: string
  readonly fromUs: number
}
