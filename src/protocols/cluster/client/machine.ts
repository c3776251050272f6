import { AppendList } from '../../../base/append-list.ts'
import { unreachable } from '../../../base/assert.ts'
import type { RequestId } from '../../../base/brand.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import type { Env } from '../../../machine/machine.ts'
import type { Input, Transition } from '../state.ts'
import { NO_OWNERS, onClosed, onReplies, onRetry, onTimeout } from './answers.ts'
import { launch, prepare, sendTo } from './routes.ts'
import { Run } from './run.ts'
import type { ClientCommand, ClientConfig, ClientState } from './types.ts'

export { clientHash } from './hash.ts'

/** A client starts, knowing its seeds only. It opens connections when it needs them. */
export function bootClient(config: ClientConfig, env: Env): Transition {
  const state: ClientState = {
    kind: 'client',
    config,
    map: NO_OWNERS,
    mapKnown: false,
    refreshing: false,
    known: config.seeds,
    held: AppendList.empty(),
    connections: new Map(),
    retries: AppendList.empty(),
    open: PersistentMap.empty(),
    // Above every number that this actor used before a restart.
    opened: env.now,
    stats: { calls: 0, answered: 0, moved: 0, ask: 0, tryAgain: 0, down: 0, refreshes: 0, timeouts: 0 },
    requestTimerMs: 0,
    retryTimerMs: 0,
    pushes: [],
  }
  return { state, effects: [] }
}

/** What happens to a client: it is asked for something, an answer comes, a connection ends, time passes. */
export function stepClient(state: ClientState, input: Input, env: Env): Transition {
  const run = new Run(state, env)
  handle(run, input)
  return run.end()
}

function handle(run: Run, input: Input): void {
  switch (input.kind) {
    case 'command':
      onCommand(run, input.request, input.command)
      return
    case 'message': {
      const { from, message } = input
      if (message.kind === 'Replies') onReplies(run, from, message.connection, message.replies)
      else if (message.kind === 'Closed' && message.of === 'client') onClosed(run, from, message.number)
      return
    }
    case 'timer':
      if (input.timer === 'request') onTimeout(run)
      else if (input.timer === 'retry') onRetry(run)
      return
    default:
      unreachable(input)
  }
}

function onCommand(run: Run, request: RequestId, command: ClientCommand): void {
  switch (command.kind) {
    case 'batch': {
      const { operations } = command
      run.stats.calls += operations.length
      run.begin(request, operations.length)
      if (operations.length === 0) run.answerEmpty(request)
      for (let at = 0; at < operations.length; at++) launch(run, prepare(request, at, operations[at]!))
      return
    }
    case 'typed': {
      const { node, args, follow } = command
      run.stats.calls++
      run.begin(request, 1)
      // What is typed is sent as it is: no WAIT is added.
      sendTo(run, { ...prepare(request, 0, { args }), isWrite: false, typed: { follow } }, node)
      return
    }
    case 'job':
      return
    default:
      unreachable(command)
  }
}
