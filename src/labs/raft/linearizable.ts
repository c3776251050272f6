import { nodeId } from '../../base/brand.ts'
import { type Checker, call, EMPTY_CHECKER, finish, verdictOf } from '../../check/linearizability.ts'
import type { Action, Outcome } from '../../check/register.ts'
import { type Invariant, Violation } from '../../machine/invariant.ts'
import type { Operation, RaftProtocol, Result } from '../../protocols/raft/types.ts'

/** The judge over everything that clients see: is there one order of the operations that explains every answer? */
export const linearizable: Invariant<RaftProtocol, Checker> = {
  id: 'linearizable',
  title: 'Linearizable',
  source: 'Herlihy and Wing 1990; Raft, 8',
  meaning: 'Every operation seems to happen at one instant between its call and its answer.',
  init: () => EMPTY_CHECKER,
  step(memory, _world, { operations }) {
    if (operations.length === 0) return memory
    let checker = memory
    for (const event of operations) {
      if (event.kind === 'call') checker = begin(checker, event)
      else if (event.result !== undefined) checker = end(checker, event.request, event.result, event.at)
    }
    const { illegal } = checker
    if (illegal === null) return checker
    const who = [...new Set(illegal.operations.map(({ client }) => nodeId(client)))]
    return new Violation(`${illegal.explanation}: ${illegal.lines.join('; ')}`, who)
  },
  report(memory) {
    const verdict = verdictOf(memory)
    const count = `${verdict.operations} operations`
    return verdict.kind === 'undecided' ? `${count}; ${verdict.key} undecided: ${verdict.reason}` : count
  },
}

interface Called {
  readonly client: string
  readonly request: string
  readonly command: RaftProtocol['command']
  readonly at: number
}

function begin(checker: Checker, { client, request, command, at }: Called): Checker {
  if (!('op' in command)) return checker
  const { key } = command
  return call(checker, request, {
    client,
    key,
    action: actionOf(command),
    outcome: { kind: 'unknown' },
    call: at,
    ret: null,
  })
}

function end(checker: Checker, request: string, result: Result, at: number): Checker {
  return finish(checker, request, (action) => outcomeOf(action, result), at)
}

function actionOf(operation: Operation): Action {
  switch (operation.op) {
    case 'put':
    case 'append':
      return { op: operation.op, value: `s${operation.value}` }
    case 'cas':
      return { op: 'cas', old: operation.old === null ? null : `s${operation.old}`, value: `s${operation.value}` }
    case 'get':
    case 'delete':
      return { op: operation.op }
  }
}

/** Null: it was refused, so it never happened. */
function outcomeOf(action: Action, result: Result): Outcome | null {
  if (result.kind === 'unknown') return { kind: 'unknown' }
  if (result.kind === 'refused') return null
  if (action.op === 'get') return { kind: 'read', value: result.value === null ? null : `s${result.value}` }
  return action.op === 'cas' ? { kind: 'compared', success: result.success } : { kind: 'done' }
}
