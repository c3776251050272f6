import { createStore, type StoreApi } from 'zustand/vanilla'
import { fail, type Result } from '../../base/result.ts'
import { LabSession } from '../../engine/client/session.ts'
import type { Problem } from '../../experiment/types.ts'
import type { LabContent, LabManifest } from '../../labs/manifest.ts'
import { notify } from '../../ui/notify.ts'
import { onFrame } from '../../viz/scheduler.ts'
import { noteStep } from '../learning.ts'
import { currentHash, go, readRoute } from '../navigation.ts'
import { addRecent, type Recent, readRecent } from '../recent.ts'
import { type Route, routeHash } from '../routes.ts'
import { storage } from '../storage.ts'
import { chooseStart, readSaved, type Saved, type Start } from './start.ts'

/** Why an experiment could not be opened; the run that was there before goes on. */
export type Fault =
  | { readonly kind: 'text'; readonly from: string; readonly text: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'link'; readonly reason: string }

export interface HostState {
  /** Something is open, so there is a stage to show. */
  readonly open: boolean
  readonly fault: Fault | null
  readonly recent: readonly Recent[]
}

export interface HostOptions {
  /** Embedded figures keep nothing and touch no address. */
  readonly embedded: boolean
}

const RECENT_KEY = 'ballast:recent'
const savedKey = (lab: string) => `ballast:autosave:${lab}`

/** Owns the session of one lab: what it opens, what it keeps, what it says when that fails. */
export class LabHost {
  readonly session: LabSession
  readonly state: StoreApi<HostState>
  private readonly cleanups: (() => void)[] = []
  /** The address that the present run belongs to; arriving there again changes nothing. */
  private entered: string | null = null
  /** Where the page arrived last. */
  private route: Extract<Route, { readonly lab: string }> | null = null
  /** The canonical text right after opening: what a person has not changed need not be kept. */
  private openedText = ''
  private text = ''
  private revision = -1
  /** A file or an edited text exists nowhere else. */
  private precious = false
  /** What opens something waits for what was asked before it. */
  private last: Promise<unknown> = Promise.resolve()

  constructor(
    readonly manifest: LabManifest,
    readonly content: LabContent,
    private readonly options: HostOptions,
  ) {
    this.session = new LabSession(() => manifest.createWorker())
    this.state = createStore<HostState>(() => ({
      open: false,
      fault: null,
      recent: readRecent(storage.read(RECENT_KEY)),
    }))
    this.cleanups.push(
      onFrame('pull', (nowMs, elapsedMs) => this.session.pull(nowMs, elapsedMs)),
      this.session.subscribe(() => this.follow()),
      onLeave(() => this.save()),
    )
  }

  dispose(): void {
    this.save()
    for (const cleanup of this.cleanups) cleanup()
    this.session.dispose()
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.last.then(task)
    this.last = turn.catch(() => undefined)
    return turn
  }

  /** The page arrived at an address of this lab. */
  enter(route: Extract<Route, { readonly lab: string }>): Promise<void> {
    this.route = route
    return this.inTurn(() => this.arrive(route))
  }

  /** Opens a scenario of this lab by its id and puts it into the address. */
  openScenario(id: string): Promise<void> {
    return this.inTurn(() => this.loadScenario(id))
  }

  /** Opens a text that a person wrote, dropped or chose; says whether it opened. */
  openText(text: string, from: string): Promise<boolean> {
    return this.inTurn(() => this.loadText(text, from))
  }

  /** Enters a step (counted from 0) of a lesson. */
  startLesson(id: string, step: number): Promise<void> {
    return this.inTurn(() => this.enterLesson(id, step))
  }

  private async arrive(route: Extract<Route, { readonly lab: string }>): Promise<void> {
    const hash = currentHash()
    if (hash === this.entered) return
    const first = this.entered === null
    this.entered = hash
    const saved = this.options.embedded ? null : readSaved(storage.read(savedKey(this.manifest.id)))
    const start = chooseStart(route, hash, saved, first && wasReloaded())
    await this.begin(start)
    if (start.kind === 'saved' && !wasReloaded()) {
      notify({
        kind: 'info',
        title: 'Your last experiment goes on',
        text: 'A scenario opens a fresh one, and this one stays in the list of recent ones.',
      })
    }
  }

  /** Opens what an address stands for. Where that fails, the first experiment stands in, so that something runs. */
  private async begin(start: Start): Promise<void> {
    switch (start.kind) {
      case 'saved':
        // A text that an older version kept may not open any more; it is shown with its problems, not thrown away.
        if (await this.open(start.saved.text, 'your last experiment', start.saved.timeUs)) this.precious = true
        break
      case 'first':
        await this.open(this.manifest.first.text, 'the first experiment', this.manifest.first.fromUs)
        break
      case 'link':
        await this.openLink(start.link)
        break
      case 'scenario':
        await this.loadScenario(start.scenario)
        break
      case 'lesson':
        await this.enterLesson(start.lesson, start.step)
        break
    }
    if (!this.state.getState().open) await this.load(this.manifest.first.text, this.manifest.first.fromUs)
  }

  private async openLink(link: string): Promise<void> {
    const { decodeLink } = await import('../../experiment/link.ts')
    const content = decodeLink(link)
    if (!content.ok) return this.state.setState({ fault: { kind: 'link', reason: content.error } })
    await this.open(content.value.text, 'the link', content.value.at)
  }

  private async loadScenario(id: string): Promise<void> {
    const scenario = this.content.scenarios.find((each) => each.id === id)
    if (scenario === undefined) {
      return this.state.setState({ fault: { kind: 'link', reason: `There is no scenario “${id}” in this lab.` } })
    }
    if (await this.open(scenario.text, scenario.title))
      this.place({ kind: 'scenario', lab: this.manifest.id, scenario: id })
  }

  private async loadText(text: string, from: string): Promise<boolean> {
    const opened = await this.open(text, from)
    if (opened) {
      this.precious = true
      this.place({ kind: 'lab', lab: this.manifest.id, link: null })
      this.save()
    }
    return opened
  }

  private async enterLesson(id: string, step: number): Promise<void> {
    const running = this.session.slow?.lesson ?? null
    if (running?.id === id && running.step === step) return
    if (running?.id === id) await this.session.api.enterStep(step)
    else {
      this.remember()
      if (!this.state.getState().open) await this.load(this.manifest.first.text, this.manifest.first.fromUs)
      const started = await this.session.api.startLesson(id, step)
      if (!started.ok) return this.state.setState({ fault: { kind: 'link', reason: started.error } })
    }
    this.place({ kind: 'lesson', lab: this.manifest.id, lesson: id, step: step + 1 })
  }

  /** Back to free play, with the world as it is. */
  async leaveLesson(): Promise<void> {
    await this.session.api.leaveLesson()
    this.place({ kind: 'lab', lab: this.manifest.id, link: null })
  }

  private crashed(): boolean {
    return this.session.health.kind === 'crashed'
  }

  /** After a crash of the worker: the same experiment in a new one; what the address says when nothing was open yet. */
  restart(): Promise<void> {
    return this.inTurn(() => this.startAgain())
  }

  private async startAgain(): Promise<void> {
    if (!this.state.getState().open && this.route !== null) {
      this.entered = null
      return this.arrive(this.route)
    }
    const lesson = this.session.slow?.lesson ?? null
    // Where it crashes again, the panel says so again.
    const opened = await this.session.restart().catch(() => null)
    if (opened === null) return
    if (!opened.ok) return this.refuse('the experiment of the crashed run', this.text, opened.error)
    await this.session.api.setSpeed(this.manifest.pace)
    await this.session.api.play()
    if (lesson !== null) await this.session.api.startLesson(lesson.id, lesson.step)
  }

  dismissFault(): void {
    this.state.setState({ fault: null })
  }

  private async open(text: string, from: string, timeUs?: number): Promise<boolean> {
    this.remember()
    if (this.session.slow?.lesson != null && !this.crashed()) await this.session.api.leaveLesson()
    const opened = await this.load(text, timeUs)
    if (opened.ok) this.dismissFault()
    // A crash is told where the world was, with its own way back.
    else if (!this.crashed()) this.refuse(from, text, opened.error)
    return opened.ok
  }

  private async load(text: string, timeUs?: number): Promise<Result<unknown, readonly Problem[]>> {
    const opening = this.crashed() ? this.session.restart(text, timeUs) : this.session.open(text, timeUs)
    const opened = await opening.catch((error: unknown) => fail([workerProblem(error)]))
    if (!opened.ok) return opened
    this.openedText = await this.session.api.text()
    this.text = this.openedText
    this.precious = false
    // Whoever has chosen a speed keeps it for the next experiment.
    if (!this.state.getState().open) await this.session.api.setSpeed(this.manifest.pace)
    this.state.setState({ open: true })
    await this.session.api.play()
    return opened
  }

  private refuse(from: string, text: string, problems: readonly Problem[]): void {
    this.state.setState({ fault: { kind: 'text', from, text, problems } })
  }

  private place(route: Exclude<Route, { kind: 'unknown' }>): void {
    if (this.options.embedded) return
    const hash = routeHash(route)
    this.entered = hash
    // The steps of a lesson are one place to go back to.
    const here = readRoute(currentHash())
    go(hash, route.kind === 'lesson' && here.kind === 'lesson' ? 'replace' : 'push')
  }

  // ---- What is kept ------------------------------------------------------------------------------------------------

  /** After every slow state: the text has changed, a step was solved. */
  private follow(): void {
    const slow = this.session.slow
    if (slow === null || this.options.embedded) return
    if (slow.lesson !== null) {
      const solved = slow.lesson.steps.flatMap((step, index) => (step.solved ? [index] : []))
      noteStep(this.manifest.id, slow.lesson.id, slow.lesson.step, solved)
    } else if (slow.run.revision !== this.revision) {
      this.revision = slow.run.revision
      void this.saveText()
    }
  }

  private async saveText(): Promise<void> {
    const text = await this.session.api.text()
    this.text = text
    this.session.remember(text)
    this.save()
  }

  /** Keeps the experiment for the next visit, unless it is one that comes with the page. */
  private save(): void {
    const slow = this.session.slow
    if (this.options.embedded || slow === null || slow.lesson !== null || this.text === '') return
    if (this.text === this.openedText && !this.precious) return
    const saved: Saved = { text: this.text, timeUs: Math.round(this.session.nowUs), hash: this.entered ?? '' }
    storage.write(savedKey(this.manifest.id), saved)
  }

  /** Before another experiment takes its place: what a person built goes to the list of recent ones. */
  private remember(): void {
    const slow = this.session.slow
    if (this.options.embedded || slow === null || slow.lesson !== null) return
    if (this.text === this.openedText && !this.precious) return
    const title = slow.run.title || this.manifest.title
    const recent = addRecent(readRecent(storage.read(RECENT_KEY)), { title, text: this.text, leftAtMs: Date.now() })
    storage.write(RECENT_KEY, recent)
    this.state.setState({ recent })
  }

  /** Says what a command of the transport answered, when it was refused. */
  async undo(): Promise<void> {
    this.say(await this.session.api.undo())
  }

  async redo(): Promise<void> {
    this.say(await this.session.api.redo())
  }

  private say(answer: Result<string, string>): void {
    if (answer.ok) notify({ kind: 'info', title: answer.value })
    else notify({ kind: 'refused', title: answer.error })
  }
}

/** A worker that cannot even answer is no mistake of the text, but it is said in the same place. */
function workerProblem(error: unknown): Problem {
  return {
    line: 1,
    column: 1,
    length: 0,
    message: `the engine failed: ${String(error)}`,
    expected: '',
    suggestion: null,
  }
}

function onLeave(callback: () => void): () => void {
  const onChange = () => {
    if (document.visibilityState === 'hidden') callback()
  }
  document.addEventListener('visibilitychange', onChange)
  return () => document.removeEventListener('visibilitychange', onChange)
}

function wasReloaded(): boolean {
  const [entry] = performance.getEntriesByType('navigation')
  return entry instanceof PerformanceNavigationTiming && entry.type === 'reload'
}
