import { expose } from 'comlink'
import type { Protocol } from '../machine/machine.ts'
import type { EngineApi, Slow } from './api.ts'
import { Desk } from './desk.ts'
import type { Here, Want } from './frame-port.ts'
import type { Lab } from './lab.ts'

/** The rim of a lab's worker: ports outside, a desk inside. The only place of the engine with a clock and messages. */

/** Milliseconds of a frame that "as fast as possible" may take. */
const FAST_BUDGET_MS = 10

interface Connect {
  readonly kind: 'connect'
  readonly api: MessagePort
  readonly frames: MessagePort
}

/** Puts a desk for this lab behind the ports that the page sends. */
export function serve<P extends Protocol, View>(lab: Lab<P, View>): void {
  const desk = new Desk(lab)
  self.onmessage = ({ data }: MessageEvent<Connect>) => {
    if (data.kind !== 'connect') return
    expose(apiOf(desk), data.api)
    data.frames.onmessage = ({ data: want }: MessageEvent<Want>) => answer(desk, want, data.frames)
  }
}

/** An error in the world is told to the page, which offers to start again from the same experiment. */
function crash(error: unknown): void {
  self.postMessage({
    kind: 'crashed',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  })
}

function answer<P extends Protocol, View>(desk: Desk<P, View>, want: Want, port: MessagePort): void {
  try {
    const deadline = performance.now() + FAST_BUDGET_MS
    desk.tick(want.elapsedUs, () => performance.now() < deadline)
    const here: Here<Slow<View>> = {
      kind: 'here',
      buffer: desk.frame(want.buffer),
      slow: want.slow ? desk.slow() : null,
      sheets: want.slow ? desk.sheets() : [],
    }
    port.postMessage(here, [here.buffer, ...here.sheets.map(({ data }) => data)])
  } catch (error) {
    crash(error)
  }
}

/** The desk's synchronous methods as the port's asynchronous ones. */
function apiOf<P extends Protocol, View>(desk: Desk<P, View>): EngineApi {
  const told =
    <A extends readonly unknown[], R>(method: (...args: A) => R) =>
    async (...args: A): Promise<R> => {
      try {
        return method(...args)
      } catch (error) {
        crash(error)
        throw error
      }
    }
  return {
    check: told((text) => desk.check(text)),
    open: told((text, at) => desk.open(text, at?.timeUs)),
    text: told(() => desk.text()),
    act: told((act) => desk.act(act)),
    line: told((text) => desk.line(text)),
    complete: told((line, cursor) => desk.complete(line, cursor)),
    vocabulary: told(() => desk.vocabulary()),
    play: told(() => desk.play()),
    stop: told(() => desk.halt(null)),
    setSpeed: told((factor) => desk.setSpeed(factor)),
    stepEvent: told(() => desk.stepEvent()),
    stepMessage: told(() => desk.stepMessage()),
    stepBack: told(() => desk.stepBack()),
    nextNamed: told(() => desk.nextNamed()),
    previousNamed: told(() => desk.previousNamed()),
    playToNamed: told(() => desk.playToNamed()),
    seek: told((timeUs) => desk.seek(timeUs)),
    seekEvent: told((event) => desk.seekEvent(event)),
    undo: told(() => desk.undo()),
    redo: told(() => desk.redo()),
    switchBranch: told((id) => desk.switchBranch(id)),
    renameBranch: told((id, name) => desk.renameBranch(id, name)),
    compare: told((left, right) => desk.compare(left, right)),
    select: told((selection) => {
      desk.selection = selection
    }),
    window: told((query) => desk.window(query)),
    events: told((query) => desk.events(query)),
    message: told((which) => desk.message(which)),
    export: told((what) => desk.export(what)),
    startLesson: told((id, step) => desk.startLesson(id, step)),
    leaveLesson: told(() => desk.leaveLesson()),
    enterStep: told((step) => desk.enterStep(step)),
    predict: told((value) => desk.predict(value)),
    showMe: told(() => desk.showMe()),
  }
}
