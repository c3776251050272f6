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

/** What can be saved: the experiment, the client history, the event trace, the measures. */
export type ExportKind = 'lab' | 'history' | 'trace' | 'csv'

/** What the page needs to know of an experiment that was opened. */
export interface Opened {
  readonly title: string
  readonly actors: readonly ActorFacts[]
}

/** An act that was done. */
export interface Acted {
  /** The canonical line, as the terminal echoes it. */
  readonly line: string
  readonly atUs: number
  /** The name of the new branch when the act was done in the past. */
  readonly branch: string | null
}

/** The answer to a terminal line. */
export type LineReply =
  | {
      readonly kind: 'said'
      readonly lines: readonly string[]
      /** How much of {@link Slow.said} these lines contain: the answer to a command. */
      readonly saidUpTo?: number
    }
  | { readonly kind: 'error'; readonly message: string; readonly column: number; readonly suggestion: string | null }
  /** A prompt without a command (`n1>`): what is typed from now on stands behind it, until `exit`. */
  | { readonly kind: 'prompt'; readonly prompt: string }
  /** A mover that only the screen can carry out: show, bookmark, share, export, clear, describe. */
  | { readonly kind: 'screen'; readonly mover: string; readonly args: Readonly<Record<string, unknown>> }

/** What could stand at the cursor of a terminal line; offsets are 0-based. */
export interface CompletionReply {
  /** Replaces [from, to) of the line. */
  readonly from: number
  readonly to: number
  readonly candidates: readonly { readonly text: string; readonly help: string }[]
  /** Grey text behind the cursor: what is expected next. */
  readonly hint: string
}

/** One row of help: an act or a mover. */
export interface VocabularyRow {
  readonly id: string
  readonly kind: 'act' | 'mover'
  readonly verb: string
  readonly usage: string
  readonly help: string
  readonly example: string
}

/** What the reader looks at. */
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
  /** The last few answers to commands that were typed at a prompt, newest last. */
  readonly said: readonly SaidView[]
  readonly branches: readonly BranchView[]
  readonly acts: readonly ActView[]
  readonly actors: readonly ActorFacts[]
  /** Directed links that are not in their default condition, and who is separated: for the stage and the faults panel. */
  readonly links: readonly LinkView[]
  readonly disks: readonly DiskView[]
  readonly lesson: LessonView | null
  readonly view: View
}

/** Where the run and its reader stand. Times are virtual, in microseconds. */
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

/** One judge: what it watches, and the instant at which its rule broke. */
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

/** One number with its history. */
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

/** One event worth telling. */
export interface NamedView {
  readonly sequence: number
  readonly timeUs: number
  readonly event: number
  readonly actor: string | null
  readonly kind: string
  readonly text: string
}

/** What an actor answered at the terminal. */
export interface SaidView {
  readonly sequence: number
  readonly timeUs: number
  readonly lines: readonly string[]
}

/** One future that is kept. */
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

/** One act of the present branch, as its line of text. */
export interface ActView {
  readonly atUs: number
  readonly line: string
  readonly done: boolean
}

/** One directed link as it is now. */
export interface LinkView {
  readonly from: string
  readonly to: string
  readonly severed: boolean
  readonly clog: boolean
  readonly lossPermille: number
  readonly duplicatePermille: number
  readonly reorderPermille: number
  readonly delayUs: { readonly low: number; readonly high: number }
  readonly changed: boolean
}

/** One disk as it is now. */
export interface DiskView {
  readonly actor: string
  readonly latencyUs: { readonly low: number; readonly high: number }
  readonly stalled: boolean
  readonly onCrash: 'keep' | 'torn' | 'lost'
  readonly changed: boolean
}

// ---- Lessons ----------------------------------------------------------------------------------------------------

/** The learner's place in a lesson. */
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

/** What a step of a lesson asks for. */
export type StepKind = 'predict' | 'observe' | 'do' | 'explain' | 'challenge'

/** A prediction that is asked for, was made, or has met its outcome. */
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

/** Which stretch of virtual time to show, in microseconds. */
export interface WindowQuery {
  readonly fromUs: number
  readonly toUs: number
  /** At most this many messages come back; more are thinned, and the answer says so. */
  readonly messagesMax: number
  /** Another branch than the present one. */
  readonly branch?: number
}

/** A stretch of time as columns and short lists: what the space-time diagram draws. */
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

/** Numbers per segment in `lanes`. */
export const LANE_STRIDE = 4
/** Numbers per message in `messages`. */
export const WINDOW_MESSAGE_STRIDE = 8

/** A tick on the time axis. `actor` is -1 when it concerns nobody in particular. */
export interface Mark {
  readonly timeUs: number
  readonly event: number
  readonly kind: 'note' | 'act' | 'broken'
  readonly actor: number
  readonly text: string
}

/** One operation of a client as an interval. */
export interface OperationView {
  readonly client: string
  readonly request: string
  readonly text: string
  readonly fromUs: number
  /** Null while it is open, or for ever when its outcome is unknown. */
  readonly toUs: number | null
  readonly result: string | null
}

/** Which rows of the log to show. */
export interface EventQuery {
  /** Case-insensitive words that must all occur; empty shows everything. */
  readonly filter: string
  /** Only rows of these kinds. */
  readonly kinds: readonly EventKind[]
  /** Rows before this one (exclusive); null starts at now. */
  readonly before: number | null
  readonly count: number
}

/** Kinds of rows in the log. */
export type EventKind = 'message' | 'lost' | 'timer' | 'disk' | 'note' | 'act' | 'operation' | 'broken'

/** Some rows of the log. */
export interface EventPage {
  /** Newest first. */
  readonly rows: readonly EventRow[]
  /** There are older rows. */
  readonly more: boolean
}

/** One row of the log in words. */
export interface EventRow {
  readonly row: number
  readonly event: number
  readonly timeUs: number
  readonly kind: EventKind
  readonly actor: string | null
  readonly text: string
}

/** One message with all its fields. */
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

/** One actor in full: sections of names and values. */
export interface ActorTable {
  readonly name: string
  /** A sentence for people: `n2 leads term 4; 3 of 5 hold its last entry 7.` */
  readonly summary: string
  readonly sections: readonly TableSection[]
}

/** Facts of one kind: `Replication`. */
export interface TableSection {
  readonly title: string
  readonly rows: readonly {
    readonly name: string
    readonly value: string
    /** The value before the actor's last step, when it differs. */
    readonly was: string | null
  }[]
}

/** Where two branches part, and what each does there. */
export interface Comparison {
  readonly left: number
  readonly right: number
  /** The first instant at which the two futures differ; null: one is a prefix of the other. */
  readonly differsAtUs: number | null
  readonly leftText: string | null
  readonly rightText: string | null
}
