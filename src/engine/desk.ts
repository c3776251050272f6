import { assert, present } from '../base/assert.ts'
import { micros } from '../base/brand.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { formatDuration } from '../base/units.ts'
import { checkAct } from '../experiment/acts.ts'
import { complete } from '../experiment/completion.ts'
import { help } from '../experiment/help.ts'
import { MOVERS, type Mover, parseLine, parseSpeed } from '../experiment/movers.ts'
import { parse } from '../experiment/parser.ts'
import { print, printAct } from '../experiment/printer.ts'
import { explain } from '../experiment/problem.ts'
import type { Act, Experiment, Problem } from '../experiment/types.ts'
import type { Protocol } from '../machine/machine.ts'
import { Refusal } from '../sim/plan.ts'
import type { Simulation } from '../sim/simulation.ts'
import { ROW } from '../sim/trace.ts'
import type {
  Acted,
  Comparison,
  CompletionReply,
  EventPage,
  EventQuery,
  ExportKind,
  LineReply,
  MessageView,
  Opened,
  Selection,
  Slow,
  TimeWindow,
  VocabularyRow,
  WindowQuery,
} from './api.ts'
import { compareBranches } from './compare.ts'
import { csvOf, historyOf, traceSink } from './export.ts'
import type { SheetData } from './frame-port.ts'
import { writeFrame } from './frame-writer.ts'
import { type Lab, saidBy } from './lab.ts'
import { LessonRun, NoteListener, stepMeter } from './lesson-run.ts'
import { messageInFlight, messageOfRow } from './message.ts'
import { Run, ScriptRefusal } from './run.ts'
import { slowState } from './slow.ts'
import { type Halt, Timeline } from './timeline.ts'
import { eventsOf, windowOf } from './window.ts'

/** Events that one frame may take at a fixed speed: the rest waits for the next frame ("behind"). */
export const FRAME_EVENTS_MAX = 2_000
/** One slice of "as fast as possible"; the rim decides how many fit into a frame. */
const SLICE_EVENTS = 2_000
const ELAPSED_MAX_US = 100_000
/** A command that has no answer after so much virtual time waits for something: its answer comes when it comes. */
const ANSWER_WAIT_US = 2_000_000
const RUN_EVENTS_MAX = 3_000_000

type SaidReply = Extract<LineReply, { kind: 'said' }>

/** How the reader moves through time. */
export interface Playback {
  playing: boolean
  /** Thousandths of real time; 0 is "as fast as possible". */
  permille: number
  untilNamed: boolean
  behind: boolean
  caption: string | null
  /** What is left of a microsecond after scaling, in thousandths: slow motion must not lose time. */
  rest: number
}

/**
 * One reader's desk: an experiment, its timeline, what is selected and how it plays. Everything that the screen may ask
 * for, as plain synchronous methods; the rim (serve.ts) puts them behind a port. The runner and the tests use it, too.
 */
export class Desk<P extends Protocol, View = unknown> {
  timeline: Timeline<P>
  experiment: Experiment
  selection: Selection | null = null
  lesson: LessonRun<P> | null = null
  revision = 0
  readonly playback: Playback = {
    playing: false,
    permille: 1_000,
    untilNamed: false,
    behind: false,
    caption: null,
    rest: 0,
  }
  private readonly notes = new NoteListener()
  /** What the sheets were last made from, by name. */
  private readonly told = new Map<string, readonly unknown[]>()

  constructor(readonly lab: Lab<P, View>) {
    this.experiment = { lab: lab.id, title: '', seed: 1, settings: {}, acts: [], until: null }
    this.timeline = this.begin(this.experiment)
  }

  get sim(): Simulation<P> {
    return this.timeline.sim
  }

  private begin({ seed, settings, acts }: Experiment): Timeline<P> {
    const timeline = new Timeline<P>(this.lab, { seed, settings, acts })
    const { sink } = timeline.sim
    const { noteKinds } = timeline.sim.plan
    timeline.sim.sink = {
      row: (kind, label, time, sentAt, actor, peer, value, event, body) => {
        if (kind === ROW.note) this.notes.hear(noteKinds[label] ?? '', event)
        sink.row(kind, label, time, sentAt, actor, peer, value, event, body)
      },
    }
    return timeline
  }

  // ---- Experiments --------------------------------------------------------------------------------------------

  parse(text: string): Result<Experiment, readonly Problem[]> {
    return parse(text, (lab) => (lab === this.lab.id ? this.lab.language : undefined), [this.lab.id])
  }

  /** The mistakes in a text, while it is being written; nothing is started. */
  check(text: string): readonly Problem[] {
    const parsed = this.parse(text)
    return parsed.ok ? [] : parsed.error
  }

  /** Starts another experiment; on problems the present one goes on untouched. */
  open(text: string, timeUs = 0): Result<Opened, readonly Problem[]> {
    const parsed = this.parse(text)
    if (!parsed.ok) return parsed
    this.lesson = null
    this.start(parsed.value, timeUs)
    return ok(this.opened())
  }

  private start(experiment: Experiment, timeUs: number): void {
    const timeline = this.begin(experiment)
    this.experiment = experiment
    this.timeline = timeline
    this.selection = null
    this.revision++
    this.halt(null)
    if (timeUs > 0) this.seek(timeUs)
  }

  private opened(): Opened {
    return { title: this.experiment.title, actors: this.timeline.facts().actors }
  }

  /** The present branch as text. */
  text(): string {
    const { acts } = this.timeline.script
    const { until } = this.experiment
    // Whoever acts behind the end of the experiment goes on: its text ends no earlier than its last act.
    const end = until === null ? null : micros(Math.max(until, acts.at(-1)?.at ?? 0))
    return print({ ...this.experiment, acts, until: end }, this.lab.language)
  }

  // ---- Acts ---------------------------------------------------------------------------------------------------

  private readonly nameOf = (act: Act): string => printAct(act, this.lab.language)

  act(act: Act): Result<Acted, string> {
    const reason = checkAct(act, this.lab.language, this.timeline.facts()) ?? this.notAllowed(act)
    if (reason !== null) return fail(reason)
    try {
      const branch = this.timeline.act(act, this.nameOf)
      this.revision++
      this.playback.caption = null
      return ok({ line: this.nameOf(act), atUs: this.timeline.cursor, branch })
    } catch (error) {
      if (error instanceof Refusal) return fail(error.message)
      throw error
    }
  }

  private notAllowed({ id }: Act): string | null {
    const allow = this.lesson?.current.allow ?? null
    return allow === null || allow.includes(id) ? null : 'this step of the lesson is about something else'
  }

  undo(): Result<string, string> {
    const undone = this.timeline.undo((act) => `without ${this.nameOf(act)}`)
    if (undone === null) return fail('there is no act to take back')
    this.revision++
    return ok(`took back: ${this.nameOf(undone.act)}`)
  }

  redo(): Result<string, string> {
    if (!this.timeline.redo()) return fail('nothing was taken back')
    this.revision++
    return ok('brought it back')
  }

  // ---- The terminal -------------------------------------------------------------------------------------------

  line(text: string): LineReply {
    const parsed = parseLine(text, this.lab.language, this.timeline.facts())
    if (!parsed.ok) {
      const { column, suggestion, message, expected } = parsed.error
      const isPrompt = (this.lab.language.prompt?.(text, 0) ?? null) !== null
      // Everything that is there is right, and only the command is missing.
      if (isPrompt && column > text.trimEnd().length) return { kind: 'prompt', prompt: text.trim() }
      return { kind: 'error', message: `${message}; expected ${expected}`, column, suggestion }
    }
    const line = parsed.value
    if (line.kind === 'nothing') return said()
    if (line.kind === 'mover') return this.move(line.mover)
    return line.at === null ? this.actNow(line.act) : this.actLater(line.act, line.at)
  }

  private actNow(act: Act): LineReply {
    const done = this.act(act)
    if (!done.ok) return { kind: 'error', message: done.error, column: 1, suggestion: null }
    const branch = done.value.branch === null ? [] : [`a new branch begins here: ${done.value.branch}`]
    const reply = said(`${formatDuration(done.value.atUs)} ${done.value.line}`, ...branch)
    return this.lab.prompts?.expectsAnswer(act) === true ? this.answered(reply) : reply
  }

  /** A command at a prompt has its answer below it, as in any terminal: a stopped world goes on until it is there. */
  private answered(reply: SaidReply): SaidReply {
    const heard = () => present(saidBy(this.lab, this.sim), 'what was said')
    const before = heard().end
    const until = this.timeline.cursor + ANSWER_WAIT_US
    this.guarded(() => {
      while (heard().end === before && this.timeline.cursor < until) {
        if (this.timeline.advance(until, 1) !== 'broken') continue
        this.tellBroken()
        return
      }
    })
    const answers = heard().slice(before, heard().end)
    const lines = answers.length === 0 ? ['(no answer yet)'] : answers.flatMap((each) => each.lines)
    return { ...reply, lines: [...reply.lines, ...lines], saidUpTo: heard().end }
  }

  /** `at 3s kill n1`: goes there and acts; an instant in the past makes a branch, as everywhere. */
  private actLater(act: Act, at: number): LineReply {
    this.moved(() => {
      let halt: Halt
      // A rule that breaks on the way stops a reader, but the act is meant for its own instant.
      do halt = this.timeline.seek(at, RUN_EVENTS_MAX)
      while (halt === 'broken')
      this.arrive(halt)
    })
    if (this.timeline.cursor === at) return this.actNow(act)
    return { kind: 'error', message: this.playback.caption ?? 'time did not get there', column: 1, suggestion: null }
  }

  private move({ id, args }: Mover): LineReply {
    switch (id) {
      case 'play':
        this.play()
        return said('playing')
      case 'stop':
        this.halt(null)
        return said(`stopped at ${formatDuration(this.timeline.cursor)}`)
      case 'run':
        return this.runFor((args.duration as number | undefined) ?? null)
      case 'step':
        return this.stepTo((args.event as string | undefined) ?? null)
      case 'step-message':
        this.stepMessage()
        return this.here()
      case 'next':
        this.nextNamed()
        return this.here()
      case 'back':
        this.stepBack()
        return this.here()
      case 'seek':
        this.seek(args.time as number)
        return this.here()
      case 'speed':
        return this.speedOf(String(args.factor))
      case 'branch':
        return this.toBranch(String(args.branch))
      case 'branches':
        return said(
          ...this.timeline.branches.map(
            (branch) =>
              `${branch === this.timeline.branch ? '*' : ' '} ${branch.id} ${branch.name} (from ${formatDuration(branch.forkTime)})`,
          ),
        )
      case 'rules':
        return said(
          ...slowState(this).rules.map(
            (rule) =>
              `${rule.broken === null ? 'holds ' : 'BROKEN'} ${rule.title} (${rule.source})${rule.broken === null ? '' : `: ${rule.broken.explanation}`}`,
          ),
        )
      case 'help':
        return this.helpOf((args.verb as string | undefined) ?? null)
      case 'reset':
        if (this.lesson === null) this.open(print(this.experiment, this.lab.language))
        else this.enterStep(this.lesson.step)
        return said('back to the beginning')
      default:
        return { kind: 'screen', mover: id, args }
    }
  }

  private here(): LineReply {
    const last = slowState(this).named.at(-1)
    const news = last !== undefined && last.event === this.sim.eventCount ? ` ${last.text}` : ''
    return said(`${formatDuration(this.timeline.cursor)} event ${this.sim.eventCount}${news}`)
  }

  private runFor(duration: number | null): LineReply {
    this.halt(null)
    if (this.lesson?.awaitsPrediction === true) return said(PREDICT_FIRST)
    const until = duration === null ? this.experiment.until : this.timeline.cursor + duration
    if (until === null)
      return {
        kind: 'error',
        message: 'the experiment names no end: say how long, such as `run 1s`',
        column: 4,
        suggestion: 'run 1s',
      }
    this.guarded(() => {
      this.arrive(this.timeline.advance(until, RUN_EVENTS_MAX))
    })
    return this.playback.caption === null ? this.here() : said(this.playback.caption)
  }

  private stepTo(event: string | null): LineReply {
    if (event === null) {
      this.stepEvent()
      return this.here()
    }
    this.halt(null)
    for (let tries = 0; tries < 1_000; tries++) {
      if (!this.guarded(() => this.timeline.nextNamed())) break
      const text = slowState(this).named.at(-1)
      if (text?.kind === event || text?.text.includes(event) === true) return this.here()
    }
    return { kind: 'error', message: `no event called ${event} came`, column: 6, suggestion: null }
  }

  private speedOf(text: string): LineReply {
    const speed = parseSpeed(text)
    assert(speed !== null, 'the parser checked the speed')
    this.playback.permille = speed === 'max' ? 0 : speed
    return said(`speed ${text}`)
  }

  private toBranch(name: string): LineReply {
    const branch = this.timeline.branches.find((each) => String(each.id) === name || each.name === name)
    if (branch === undefined)
      return { kind: 'error', message: `there is no branch ${name}`, column: 8, suggestion: null }
    this.switchBranch(branch.id)
    return said(`now on branch ${branch.id}: ${branch.name}`)
  }

  private helpOf(verb: string | null): LineReply {
    const groups = help(this.lab.language, MOVERS)
    if (verb === null)
      return said(...groups.map((group) => `${group.verb.padEnd(12)} ${group.rows[0]!.help}`), 'help VERB tells more')
    const group = groups.find((each) => each.verb === verb)
    if (group === undefined) return { kind: 'error', message: `there is no verb ${verb}`, column: 6, suggestion: null }
    return said(...group.rows.flatMap((row) => [row.usage, `    ${row.help}; for example: ${row.example}`]))
  }

  complete(line: string, cursor: number): CompletionReply {
    const { from, to, candidates, hint } = complete(line, cursor, this.lab.language, this.timeline.facts(), MOVERS)
    return { from, to, candidates, hint }
  }

  vocabulary(): readonly VocabularyRow[] {
    const rows = (kind: 'act' | 'mover', groups: ReturnType<typeof help>) =>
      groups.flatMap(({ verb, rows }) => rows.map((row) => ({ ...row, kind, verb })))
    const movers = help({ ...this.lab.language, acts: [] }, MOVERS)
    return [...rows('act', help(this.lab.language)), ...rows('mover', movers)]
  }

  // ---- Time ---------------------------------------------------------------------------------------------------

  play(): void {
    this.letGo(false)
  }

  playToNamed(): void {
    this.letGo(true)
  }

  /** Time passes, unless a step of a lesson waits for a prediction. */
  private letGo(untilNamed: boolean): void {
    if (this.lesson?.awaitsPrediction === true) this.halt(PREDICT_FIRST)
    else Object.assign(this.playback, { playing: true, untilNamed, caption: null })
  }

  halt(caption: string | null): void {
    Object.assign(this.playback, { playing: false, untilNamed: false, behind: false, caption, rest: 0 })
  }

  setSpeed(factor: number): void {
    this.playback.permille = factor === 0 ? 0 : Math.min(1_000_000, Math.max(1, Math.round(factor * 1000)))
  }

  /** An act of the script that turns out impossible when its time comes stops the run with its reason. */
  private guarded<T>(go: () => T): T | null {
    try {
      return go()
    } catch (error) {
      if (!(error instanceof ScriptRefusal) && !(error instanceof Refusal)) throw error
      const what = error instanceof ScriptRefusal ? `${this.nameOf(error.act.act)}: ` : ''
      this.halt(`stopped: ${what}${error.message}`)
      return null
    }
  }

  private moved(go: () => unknown): void {
    this.halt(null)
    this.guarded(go)
  }

  stepEvent(): void {
    this.moved(() => {
      const broken = this.sim.broken.length
      this.timeline.stepEvent()
      if (this.sim.broken.length > broken) this.tellBroken()
    })
  }

  stepMessage(): void {
    this.moved(() => {
      do if (!this.timeline.stepEvent()) return
      while (!this.sim.lastWasMessage)
    })
  }

  stepBack(): void {
    this.moved(() => this.timeline.stepBack())
  }

  nextNamed(): void {
    this.moved(() => {
      if (!this.timeline.nextNamed())
        this.halt('no named event came within the next events: time stands where the search ended')
      else if (this.sim.broken.length > 0) this.tellBroken()
    })
  }

  previousNamed(): void {
    this.moved(() => this.timeline.previousNamed())
  }

  seek(timeUs: number): void {
    this.moved(() => {
      this.arrive(this.timeline.seek(Math.round(timeUs), RUN_EVENTS_MAX))
    })
  }

  seekEvent(event: number): void {
    this.moved(() => this.timeline.seekEvent(Math.min(event, this.timeline.branch.frontierEvent)))
  }

  /** Says why a journey ended early. */
  private arrive(halt: Halt): void {
    if (halt === 'broken') this.tellBroken()
    if (halt === 'budget') this.halt(`stopped after ${RUN_EVENTS_MAX} events`)
  }

  private tellBroken(): void {
    const last = present(this.sim.broken.at(-1), 'a broken rule')
    const rule = this.sim.plan.invariants[last.invariant]!
    this.halt(`${rule.title} is broken (${rule.source}): ${last.explanation}`)
  }

  /**
   * Lets the world go on for a frame. `mayGoOn` tells at full speed whether there is time for another slice. Returns
   * when the frame is to be drawn.
   */
  tick(elapsedUs: number, mayGoOn: () => boolean): void {
    const { playback, timeline } = this
    if (!playback.playing) return
    this.guarded(() => {
      const { until } = this.experiment
      const isBefore = until !== null && timeline.cursor < until
      const end = isBefore ? until : Number.POSITIVE_INFINITY
      if (playback.permille === 0) this.tickFast(end, mayGoOn)
      else this.tickPaced(Math.min(elapsedUs, ELAPSED_MAX_US), end)
      if (playback.playing && isBefore && timeline.cursor === until) this.halt('the experiment ends here')
    })
  }

  private tickPaced(elapsedUs: number, end: number): void {
    const { playback, timeline } = this
    const scaled = elapsedUs * playback.permille + playback.rest
    const whole = Math.floor(scaled / 1000)
    playback.rest = scaled - whole * 1000
    const halt = timeline.advance(Math.min(timeline.cursor + whole, end), FRAME_EVENTS_MAX, playback.untilNamed)
    playback.behind = halt === 'budget'
    this.after(halt)
  }

  private tickFast(end: number, mayGoOn: () => boolean): void {
    do {
      const halt = this.timeline.advance(end, SLICE_EVENTS, this.playback.untilNamed)
      if (halt !== 'budget') {
        this.after(halt)
        return
      }
    } while (mayGoOn())
  }

  private after(halt: Halt): void {
    if (halt === 'broken') this.tellBroken()
    if (halt === 'named') this.halt(slowState(this).named.at(-1)?.text ?? null)
  }

  // ---- Branches -----------------------------------------------------------------------------------------------

  switchBranch(id: number): void {
    this.moved(() => this.timeline.switchTo(id))
    this.revision++
  }

  renameBranch(id: number, name: string): void {
    const branch = this.timeline.branches.find((each) => each.id === id)
    if (branch !== undefined) branch.name = name.slice(0, 80)
  }

  compare(left: number, right: number): Comparison {
    return compareBranches(this.timeline, left, right)
  }

  // ---- Looking ------------------------------------------------------------------------------------------------

  slow(): Slow<View> {
    return slowState(this)
  }

  /** The sheets that have changed since they were last asked for. */
  sheets(): readonly SheetData[] {
    const selected = this.selection?.kind === 'actor' ? this.selection.name : null
    const sheets = this.lab.projection.sheets?.(this.sim, selected) ?? []
    return sheets.flatMap(({ id, from, write }) => {
      const last = this.told.get(id)
      if (last?.length === from.length && from.every((part, at) => part === last[at])) return []
      this.told.set(id, from)
      return [{ id, data: write() }]
    })
  }

  frame(buffer: ArrayBuffer | null): ArrayBuffer {
    return writeFrame(this.timeline, buffer)
  }

  window(query: WindowQuery): TimeWindow {
    return windowOf(this.timeline, query)
  }

  events(query: EventQuery): EventPage {
    return eventsOf(this.timeline, query)
  }

  message(which: { readonly id: number } | { readonly row: number }): MessageView | null {
    return 'id' in which ? messageInFlight(this.timeline, which.id) : messageOfRow(this.timeline, which.row)
  }

  export(what: ExportKind): string {
    switch (what) {
      case 'lab':
        return this.text()
      case 'history':
        return `${JSON.stringify(historyOf(this.sim, this.lab), null, 1)}\n`
      case 'csv':
        return csvOf(this.timeline.samples(), this.lab, this.timeline.cursor)
      case 'trace':
        return this.trace()
    }
  }

  /** The trace up to now, from a run of its own: bodies are not kept. */
  private trace(): string {
    const lines: string[] = []
    const run = new Run(this.lab, this.timeline.script)
    run.sim.sink = traceSink(run.sim, this.lab, (line) => lines.push(line))
    run.sim.start()
    while (run.sim.eventCount < this.sim.eventCount && run.once(this.timeline.cursor));
    return `${lines.join('\n')}\n`
  }

  // ---- Lessons ------------------------------------------------------------------------------------------------

  startLesson(id: string, step = 0): Result<null, string> {
    const lesson = this.lab.lessons.find((each) => each.id === id)
    if (lesson === undefined) return fail(`there is no lesson ${id}`)
    this.lesson = new LessonRun(lesson)
    this.enterStep(step)
    return ok(null)
  }

  leaveLesson(): void {
    this.lesson = null
    this.timeline.sim.watch(null)
  }

  /** Restores the step's beginning: always the same, however the learner came here. */
  enterStep(step: number): void {
    const { lesson } = this
    if (lesson === null) return
    lesson.step = Math.min(Math.max(0, step), lesson.lesson.steps.length - 1)
    const { text, atUs } = lesson.current
    const parsed = this.parse(text)
    if (!parsed.ok)
      throw new Error(`lesson ${lesson.lesson.id}, step ${lesson.step + 1}: ${parsed.error.map(explain).join('; ')}`)
    this.start(parsed.value, 0)
    this.timeline.advance(atUs, Number.POSITIVE_INFINITY)
    this.timeline.watch(stepMeter(lesson.current, () => this.notes.of(this.sim.eventCount)))
  }

  predict(value: string): void {
    this.lesson?.predict(value)
  }

  /** Does the acts of the solution at their times, on the learner's own desk. */
  showMe(): readonly string[] {
    const { lesson } = this
    if (lesson === null) return []
    this.enterStep(lesson.step)
    const { lines, untilUs } = lesson.current.solution
    for (const line of lines) {
      const reply = this.line(line)
      if (reply.kind === 'error') throw new Error(`solution of ${lesson.lesson.id}: ${line}: ${reply.message}`)
    }
    this.guarded(() => this.timeline.advance(untilUs, Number.POSITIVE_INFINITY))
    return lines
  }
}

/** Why time stands still in a step that asks a question. */
const PREDICT_FIRST = 'First say what you expect: commit a prediction, then it runs.'

const said = (...lines: string[]): SaidReply => ({ kind: 'said', lines })
