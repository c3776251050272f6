import type { Result } from '../base/result.ts'
import type { Act, ActorFacts, Problem } from '../experiment/types.ts'

/** What the screen may ask of a lab's worker (comlink; rare calls). Fast data goes through the frame port. */
export interface EngineApi {
  /** Parses and starts an experiment. On problems nothing changes: the present run goes on. */
  open(text: string, at?: { readonly timeUs: number }): Promise<Result<Opened, readonly Problem[]>>
  /** What is wrong with a text, without touching the run: for an editor. Empty: it would open. */
  check(text: string): Promise<readonly Problem[]>
  /** The experiment as text: the present branch with every act so far. */
  text(): Promise<string>

  act(act: Act): Promise<Result<Acted, string>>
  /** A line of the terminal: an act, or a verb that moves the reader. */
  line(text: string): Promise<LineReply>
  complete(line: string, cursor: number): Promise<CompletionReply>
  /** Every act and every mover, for the palette and `help`. */
  vocabulary(): Promise<readonly VocabularyRow[]>

  play(): Promise<void>
  stop(): Promise<void>
  /** 0.001 .. 1000, or 0 for "as fast as possible". */
  setSpeed(factor: number): Promise<void>
  stepEvent(): Promise<void>
  /** On to the next delivery of a message. */
  stepMessage(): Promise<void>
  stepBack(): Promise<void>
  /** On (or back) to the next named event; jumps. */
  nextNamed(): Promise<void>
  previousNamed(): Promise<void>
  /** Plays at the present speed and stops by itself at the next named event, with a caption. */
  playToNamed(): Promise<void>
  seek(timeUs: number): Promise<void>
  seekEvent(event: number): Promise<void>
  /** Takes the last act back (as a new branch), or brings it again. */
  undo(): Promise<Result<string, string>>
  redo(): Promise<Result<string, string>>

  switchBranch(id: number): Promise<void>
  renameBranch(id: number, name: string): Promise<void>
  compare(left: number, right: number): Promise<Comparison>

  select(selection: Selection | null): Promise<void>
  window(query: WindowQuery): Promise<TimeWindow>
  events(query: EventQuery): Promise<EventPage>
  /** A message by its number while it is in flight, or by its row in the trace. */
  message(which: { readonly id: number } | { readonly row: number }): Promise<MessageView | null>
  export(what: ExportKind): Promise<string>

  startLesson(id: string, step?: number): Promise<Result<null, string>>
  leaveLesson(): Promise<void>
  enterStep(step: number): Promise<void>
  /** Commits the learner's prediction of the present step. */
  predict(value: string): Promise<void>
  /** Plays the solution of the present step as visible acts; resolves to the lines that it typed. */
  showMe(): Promise<readonly string[]>
}

export type ExportKind = 'lab' | 'history' | 'trace' | 'csv'

export interface Opened {
  readonly title: string
  readonly actors: readonly ActorFacts[]
}

export interface Acted {
  /** The canonical line, as the terminal echoes it. */
  readonly line: string
  readonly atUs: number
  /** The name of the new branch when the act was done in the past. */
  readonly branch: string | null
}

/** The answer to a terminal line. */
export type LineReply =
  | { readonly kind: 'said'; readonly lines: readonly string[] }
  | { readonly kind: 'error'; readonly message: string; readonly column: number; readonly suggestion: string | null }
  /** A mover that only the screen can carry out: show, bookmark, share, export, clear, describe. */
  | { readonly kind: 'screen'; readonly mover: string; readonly args: Readonly<Record<string, unknown>> }

export interface CompletionReply {
  /** Replaces [from, to) of the line. */
  readonly from: number
  readonly to: number
  readonly candidates: readonly { readonly text: string; readonly help: string }[]
  /** Grey text behind the cursor: what is expected next. */
  readonly hint: string
}

export interface VocabularyRow {
  readonly id: string
  readonly kind: 'act' | 'mover'
  readonly verb: string
  readonly usage: string
  readonly help: string
  readonly example: string
}

export type Selection =
  | { readonly kind: 'actor'; readonly name: string }
  | { readonly kind: 'message'; readonly id: number }

// ---- Slow state: what React shows, at most ten times a second ---------------------------------------------------

/** `View` is the lab's own part (its `contract.ts`). */
export interface Slow<View = unknown> {
  readonly run: RunState
  readonly rules: readonly RuleView[]
  readonly measures: readonly MeasureView[]
  /** The last few named events before now, newest last; `sequence` counts all of them, so a reader sees what is new. */
  readonly named: readonly NamedView[]
  readonly branches: readonly BranchView[]
  readonly acts: readonly ActView[]
  readonly actors: readonly ActorFacts[]
  /** Directed links that are not in their default condition, and who is separated: for the stage and the faults panel. */
  readonly links: readonly LinkView[]
  readonly disks: readonly DiskView[]
  readonly lesson: LessonView | null
  readonly view: View
}

export interface RunState {
  readonly title: string
  readonly lab: string
  readonly seed: number
  /** Rises with every change of the experiment's text: time to autosave. */
  readonly revision: number
  readonly nowUs: number
  readonly frontierUs: number
  readonly untilUs: number | null
  readonly event: number
  readonly playing: boolean
  /** 0 is "as fast as possible". */
  readonly speed: number
  /** The worker cannot keep up with the asked speed. */
  readonly behind: boolean
  /** Why play stopped by itself, in one line. */
  readonly caption: string | null
  /** Time of the next event, when it is known. */
  readonly nextUs: number | null
  readonly digest: string
}

export interface RuleView {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly meaning: string
  readonly report: string | null
  readonly broken: {
    readonly timeUs: number
    readonly event: number
    readonly explanation: string
    readonly actors: readonly string[]
  } | null
}

export interface MeasureView {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** One line of explanation: what is counted, since when. */
  readonly help: string
  readonly value: number | null
  /** Samples of the run up to now, oldest first, `stepUs` apart, the last one at `lastUs`. */
  readonly series: readonly (number | null)[]
  readonly stepUs: number
  readonly lastUs: number
  /** Theory beside measurement, where theory exists. */
  readonly theory: { readonly formula: string; readonly value: number | null; readonly n: number } | null
}

export interface NamedView {
  readonly sequence: number
  readonly timeUs: number
  readonly event: number
  readonly actor: string | null
  readonly kind: string
  readonly text: string
}

export interface BranchView {
  readonly id: number
  readonly name: string
  readonly current: boolean
  /** Where it left its parent; 0 for the first. */
  readonly forkUs: number
  readonly parent: number | null
  readonly frontierUs: number
  readonly acts: number
  readonly broken: boolean
}

export interface ActView {
  readonly atUs: number
  readonly line: string
  readonly done: boolean
}

export interface LinkView {
  readonly from: string
  readonly to: string
  readonly severed: boolean
  readonly clog: boolean
  readonly lossPermille: number
  readonly delayUs: { readonly low: number; readonly high: number }
  readonly changed: boolean
}

export interface DiskView {
  readonly actor: string
  readonly latencyUs: { readonly low: number; readonly high: number }
  readonly stalled: boolean
  readonly onCrash: 'keep' | 'torn' | 'lost'
  readonly changed: boolean
}

// ---- Lessons ----------------------------------------------------------------------------------------------------

export interface LessonView {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly minutes: number
  readonly step: number
  readonly steps: readonly { readonly title: string; readonly kind: StepKind; readonly solved: boolean }[]
  /** Markdown, at most 60 words. */
  readonly prose: string
  readonly solved: boolean
  /** What the learner has to bring about, with its tick. */
  readonly goals: readonly { readonly text: string; readonly done: boolean }[]
  readonly question: QuestionView | null
  /** Chosen by which predicate fails now. */
  readonly hint: string | null
  /** Ids of the acts that the step is about; null allows everything. */
  readonly allow: readonly string[] | null
  readonly score: { readonly value: number; readonly text: string } | null
}

export type StepKind = 'predict' | 'observe' | 'do' | 'explain' | 'challenge'

export interface QuestionView {
  readonly prompt: string
  readonly form: 'choice' | 'number'
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly unit: string | null
  /** What the learner committed; null before. */
  readonly prediction: string | null
  /** The outcome, as the run has shown it; null until then. */
  readonly outcome: { readonly value: string; readonly right: boolean; readonly explanation: string } | null
}

// ---- The timeline -----------------------------------------------------------------------------------------------

export interface WindowQuery {
  readonly fromUs: number
  readonly toUs: number
  /** At most this many messages come back; more are thinned, and the answer says so. */
  readonly messagesMax: number
  /** Another branch than the present one. */
  readonly branch?: number
}

export interface TimeWindow {
  readonly fromUs: number
  readonly toUs: number
  readonly frontierUs: number
  /** Per segment: actor, fromUs, toUs, phase (the lab's code). */
  readonly lanes: Float64Array
  /** Per message: from, to, label, sentAtUs, arrivesAtUs, value, fate (0 delivered, 1 lost, 2 in flight), row or -1. */
  readonly messages: Float64Array
  readonly messagesTotal: number
  readonly marks: readonly Mark[]
  readonly operations: readonly OperationView[]
  /** Faults with a duration: a partition, a cut link, a stalled disk. */
  readonly faults: readonly {
    readonly fromUs: number
    readonly toUs: number
    readonly text: string
    readonly actors: readonly string[]
  }[]
}

export const LANE_STRIDE = 4
export const WINDOW_MESSAGE_STRIDE = 8

export interface Mark {
  readonly timeUs: number
  readonly event: number
  readonly kind: 'note' | 'act' | 'broken'
  readonly actor: number
  readonly text: string
}

export interface OperationView {
  readonly client: string
  readonly request: string
  readonly text: string
  readonly fromUs: number
  /** Null while it is open, or for ever when its outcome is unknown. */
  readonly toUs: number | null
  readonly result: string | null
}

export interface EventQuery {
  /** Case-insensitive words that must all occur; empty shows everything. */
  readonly filter: string
  /** Only rows of these kinds. */
  readonly kinds: readonly EventKind[]
  /** Rows before this one (exclusive); null starts at now. */
  readonly before: number | null
  readonly count: number
}

export type EventKind = 'message' | 'lost' | 'timer' | 'disk' | 'note' | 'act' | 'operation' | 'broken'

export interface EventPage {
  /** Newest first. */
  readonly rows: readonly EventRow[]
  /** There are older rows. */
  readonly more: boolean
}

export interface EventRow {
  readonly row: number
  readonly event: number
  readonly timeUs: number
  readonly kind: EventKind
  readonly actor: string | null
  readonly text: string
}

export interface MessageView {
  readonly id: number | null
  readonly kind: string
  readonly from: string
  readonly to: string
  readonly sentAtUs: number
  readonly arrivesAtUs: number
  readonly inFlight: boolean
  readonly waiting: boolean
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  /** Which rule will apply when it arrives (or applied), with its source; from a real step on a copy. */
  readonly rule: { readonly text: string; readonly source: string; readonly effects: readonly string[] } | null
}

export interface Comparison {
  readonly left: number
  readonly right: number
  /** The first instant at which the two futures differ; null: one is a prefix of the other. */
  readonly differsAtUs: number | null
  readonly leftText: string | null
  readonly rightText: string | null
}
