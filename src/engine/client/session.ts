import { type Remote, wrap } from 'comlink'
import { fail, type Result } from '../../base/result.ts'
import type { Act, Problem } from '../../experiment/types.ts'
import type { Acted, EngineApi, Opened, Selection, Slow } from '../api.ts'
import { HEADER } from '../frame.ts'
import type { Here, Want } from '../frame-port.ts'

/** What the screen shows of the worker's health. */
export type Health =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'crashed'; readonly message: string }

/** One line that the terminal echoes for something done elsewhere (a button, a menu, a drag). */
export interface Echo {
  readonly line: string
  readonly atUs: number
  readonly refused: string | null
  readonly branch: string | null
}

const SLOW_EVERY_MS = 100
/** Tables of a hundred actors take React milliseconds: large worlds tell less often. */
const SLOW_EVERY_LARGE_MS = 250
const LARGE_WORLD_ACTORS = 40

/**
 * The main thread's side of one lab: the worker, the pull of frames, the slow state, the selection. A plain store with
 * `subscribe`, so that React (useSyncExternalStore) and canvases read the same thing.
 */
export class LabSession<View = unknown> {
  api: Remote<EngineApi>
  /** The last frame; replaced by the next one. Null before the first. */
  frame: Float64Array | null = null
  slow: Slow<View> | null = null
  opened: Opened | null = null
  health: Health = { kind: 'starting' }
  selection: Selection | null = null
  /** The lab's large columns (a slot map) by name, each as it was last told. */
  readonly sheets = new Map<string, ArrayBuffer>()
  /** Real time at which the last frame came, for interpolation between frames. */
  frameAtMs = 0

  private worker: Worker
  private frames: MessagePort
  private underway = false
  private spare: ArrayBuffer | null = null
  private sinceAskedMs = 0
  private slowAtMs = Number.NEGATIVE_INFINITY
  private lastText = ''
  private readonly listeners = new Set<() => void>()
  private readonly echoListeners = new Set<(echo: Echo) => void>()
  /** Ends the calls that wait for an answer. */
  private readonly pending = new Set<(reason: Error) => void>()

  constructor(private readonly createWorker: () => Worker) {
    const started = this.start()
    this.worker = started.worker
    this.frames = started.frames
    this.api = started.api
  }

  /** The instant that the screen shows: that of the last frame. The slow state may be a tenth of a second behind it. */
  get nowUs(): number {
    return this.frame?.[HEADER.nowUs] ?? this.slow?.run.nowUs ?? 0
  }

  private start() {
    const worker = this.createWorker()
    const api = new MessageChannel()
    const frames = new MessageChannel()
    worker.postMessage({ kind: 'connect', api: api.port2, frames: frames.port2 }, [api.port2, frames.port2])
    worker.onerror = (event) => this.crash(event.message || 'the worker stopped')
    worker.onmessage = (event: MessageEvent<{ kind: string; message: string }>) => {
      if (event.data.kind === 'crashed') this.crash(event.data.message)
    }
    frames.port1.onmessage = (event: MessageEvent<Here<Slow<View>>>) => this.receive(event.data)
    this.underway = false
    this.spare = null
    return { worker, frames: frames.port1, api: this.mortal(wrap<EngineApi>(api.port1)) }
  }

  /** The calls of a worker that may die: those that it can no longer answer fail, instead of waiting for ever. */
  private mortal(api: Remote<EngineApi>): Remote<EngineApi> {
    const call = (name: keyof EngineApi, args: never[]) =>
      new Promise((resolve, reject) => {
        if (this.api !== wrapped || this.health.kind === 'crashed') return reject(new Error('the engine stopped'))
        this.pending.add(reject)
        const answered = () => this.pending.delete(reject)
        ;(api[name] as (...args: never[]) => Promise<unknown>)(...args)
          .then(resolve, reject)
          .finally(answered)
      })
    const wrapped = new Proxy(api, {
      get:
        (_, name) =>
        (...args: never[]) => {
          const answer = call(name as keyof EngineApi, args)
          // Whoever waits for it hears of the failure; whoever does not is told by the crash panel.
          answer.catch(() => undefined)
          return answer
        },
    })
    return wrapped
  }

  private crash(message: string): void {
    if (this.health.kind === 'crashed') return
    this.health = { kind: 'crashed', message }
    this.end(message)
    this.changed()
  }

  /** Nothing comes from this worker any more. */
  private end(reason: string): void {
    this.worker.terminate()
    this.frames.close()
    for (const reject of this.pending) reject(new Error(reason))
    this.pending.clear()
  }

  /** Starts a new worker with the experiment that the crashed one ran. */
  async restart(text = this.lastText, timeUs?: number): Promise<Result<Opened, readonly Problem[]>> {
    this.end('the engine was started again')
    const started = this.start()
    this.worker = started.worker
    this.frames = started.frames
    this.api = started.api
    this.frame = null
    this.slow = null
    this.sheets.clear()
    this.health = { kind: 'starting' }
    this.changed()
    return this.open(text, timeUs)
  }

  async open(text: string, timeUs?: number): Promise<Result<Opened, readonly Problem[]>> {
    const opened = await this.api.open(text, timeUs === undefined ? undefined : { timeUs })
    if (!opened.ok) return opened
    this.lastText = text
    this.opened = opened.value
    this.health = { kind: 'running' }
    this.slowAtMs = Number.NEGATIVE_INFINITY
    await this.select(null)
    this.changed()
    return opened
  }

  /** Remembers the text to restart from after a crash; the app calls it when it autosaves. */
  remember(text: string): void {
    this.lastText = text
  }

  /** Sends an act; whoever listens (terminal, toasts) hears the canonical line or the refusal. */
  async act(act: Act): Promise<Result<Acted, string>> {
    const reply = await this.api.act(act).catch((error: unknown) => fail(String(error)))
    this.echo(
      reply.ok
        ? { line: reply.value.line, atUs: reply.value.atUs, refused: null, branch: reply.value.branch }
        : { line: act.id, atUs: this.nowUs, refused: reply.error, branch: null },
    )
    return reply
  }

  echo(echo: Echo): void {
    for (const listener of this.echoListeners) listener(echo)
  }

  onEcho(listener: (echo: Echo) => void): () => void {
    this.echoListeners.add(listener)
    return () => this.echoListeners.delete(listener)
  }

  async select(selection: Selection | null): Promise<void> {
    this.selection = selection
    this.slowAtMs = Number.NEGATIVE_INFINITY
    this.changed()
    await this.api.select(selection)
  }

  /** Asks for the next frame unless one is under way. Call once per animation frame. */
  pull(nowMs: number, elapsedMs: number): void {
    this.sinceAskedMs += elapsedMs
    if (this.underway || this.health.kind !== 'running') return
    const isLarge = (this.opened?.actors.length ?? 0) > LARGE_WORLD_ACTORS
    const slow = nowMs - this.slowAtMs >= (isLarge ? SLOW_EVERY_LARGE_MS : SLOW_EVERY_MS)
    if (slow) this.slowAtMs = nowMs
    const want: Want = { kind: 'want', elapsedUs: Math.round(this.sinceAskedMs * 1000), buffer: this.spare, slow }
    this.frames.postMessage(want, this.spare === null ? [] : [this.spare])
    this.spare = null
    this.underway = true
    this.sinceAskedMs = 0
  }

  private receive(here: Here<Slow<View>>): void {
    this.underway = false
    this.spare = this.frame === null ? null : (this.frame.buffer as ArrayBuffer)
    this.frame = new Float64Array(here.buffer)
    this.frameAtMs = performance.now()
    if (here.slow === null) return
    this.slow = here.slow
    for (const { id, data } of here.sheets) this.sheets.set(id, data)
    this.changed()
  }

  /** For useSyncExternalStore; fires when slow state, health or selection change, never per frame. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private changed(): void {
    for (const listener of this.listeners) listener()
  }

  dispose(): void {
    this.end('the lab was closed')
  }
}
