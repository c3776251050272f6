import { fail, ok, type Result } from '../base/result.ts'
import type { Action, Operation, Outcome, Value } from './register.ts'

/**
 * Client histories as JSON: `{"ops":[{client,key,op,value,old,result,found,ok,call,ret}]}`, or the bare list. Histories of
 * other systems are welcome: unknown fields are ignored, values may be strings, numbers, booleans or null.
 *
 * `ret: null` (or none): the outcome is unknown, whatever else is there. `ok: false` of anything but a cas, with a `ret`:
 * it definitely did not happen, and is left out. `found` of a get may be missing: then a result other than null was found.
 * `ok: null` and `found: null` are as good as none.
 */
export function parseHistory(json: unknown): Result<readonly Operation[], string> {
  const ops = Array.isArray(json) ? json : isRecord(json) ? json.ops : undefined
  if (!Array.isArray(ops)) return fail('expected {"ops":[…]} or a list of operations')
  const operations: Operation[] = []
  for (let at = 0; at < ops.length; at++) {
    const read = readOperation(ops[at], `ops[${at}]`)
    if (!read.ok) return read
    if (read.value !== null) operations.push(read.value)
  }
  return ok(operations)
}

type Fields = Readonly<Record<string, unknown>>

const isRecord = (json: unknown): json is Fields => typeof json === 'object' && json !== null && !Array.isArray(json)

const wrong = (where: string, expected: string, found: unknown): { readonly ok: false; readonly error: string } =>
  fail(`${where}: expected ${expected}, found ${shown(found)}`)

const SHOWN_MAX = 60

/** What was found instead, in one short line: it may be megabytes long, and nested deeper than a stack. */
function shown(found: unknown): string {
  if (found === undefined) return 'nothing'
  if (Array.isArray(found)) return 'a list'
  if (isRecord(found)) return 'an object'
  if (typeof found === 'string' && found.length > SHOWN_MAX) return `${JSON.stringify(found.slice(0, SHOWN_MAX))}…`
  return JSON.stringify(found)
}

function readOperation(json: unknown, where: string): Result<Operation | null, string> {
  if (!isRecord(json)) return wrong(where, 'an operation', json)
  const { client, key, call } = json
  if (typeof client !== 'string' && typeof client !== 'number')
    return wrong(`${where}.client`, 'a name or number', client)
  if (typeof key !== 'string' && typeof key !== 'number') return wrong(`${where}.key`, 'a key', key)
  if (typeof call !== 'number' || !Number.isFinite(call)) return wrong(`${where}.call`, 'a number', call)
  const ret = json.ret ?? null
  if (ret !== null && (typeof ret !== 'number' || !Number.isFinite(ret)))
    return wrong(`${where}.ret`, 'a number or null', ret)
  if (ret !== null && ret < call) return wrong(`${where}.ret`, `a time not before the call at ${call}`, ret)
  const action = readAction(json, where)
  if (!action.ok) return action
  const outcome = readOutcome(json, action.value, ret, where)
  if (!outcome.ok) return outcome
  if (outcome.value === null) return ok(null)
  return ok({ client: String(client), key: String(key), action: action.value, outcome: outcome.value, call, ret })
}

function readAction(json: Fields, where: string): Result<Action, string> {
  const { op } = json
  switch (op) {
    case 'get':
    case 'delete':
      return ok({ op })
    case 'put':
    case 'append': {
      const value = canonical(json.value)
      if (value === undefined || value === null) return wrong(`${where}.value`, 'a value', json.value)
      if (op === 'append' && !/^[sn]/.test(value))
        return wrong(`${where}.value`, 'a text or number to append', json.value)
      return ok({ op, value })
    }
    case 'cas': {
      const value = canonical(json.value)
      const old = json.old === null || json.old === undefined ? null : canonical(json.old)
      if (value === undefined || value === null) return wrong(`${where}.value`, 'the new value', json.value)
      if (old === undefined) return wrong(`${where}.old`, 'the old value, or null for none', json.old)
      return ok({ op, old, value })
    }
    default:
      return wrong(`${where}.op`, '"put", "get", "append", "cas" or "delete"', op)
  }
}

function readOutcome(json: Fields, action: Action, ret: number | null, where: string): Result<Outcome | null, string> {
  const isOk = json.ok ?? undefined
  const isFound = json.found ?? undefined
  if (isOk !== undefined && typeof isOk !== 'boolean') return wrong(`${where}.ok`, 'true or false', isOk)
  if (isFound !== undefined && typeof isFound !== 'boolean') return wrong(`${where}.found`, 'true or false', isFound)
  if (ret === null) return ok({ kind: 'unknown' })
  if (action.op === 'cas') {
    if (isOk === undefined) return wrong(`${where}.ok`, 'whether the old value was there', json.ok)
    return ok({ kind: 'compared', success: isOk })
  }
  if (isOk === false) return ok(null)
  if (action.op !== 'get') return ok({ kind: 'done' })
  if (isFound === false) return ok({ kind: 'read', value: null })
  if (json.result === undefined) return wrong(`${where}.result`, 'what was read (or "found": false)', json.result)
  if (json.result === null) {
    return isFound === true ? ok({ kind: 'read', value: 'z' }) : ok({ kind: 'read', value: null })
  }
  const value = canonical(json.result)
  return value === undefined
    ? wrong(`${where}.result`, 'a text, number or boolean', json.result)
    : ok({ kind: 'read', value })
}

/** The canonical text of a JSON value; undefined for lists and objects. */
function canonical(json: unknown): Value | undefined {
  if (typeof json === 'string') return `s${json}`
  if (typeof json === 'number') return `n${json}`
  if (typeof json === 'boolean') return `b${json}`
  return json === null ? 'z' : undefined
}

function plain(value: Value): string | number | boolean | null {
  if (value === null || value === 'z') return null
  const text = value.slice(1)
  return value.startsWith('n') ? Number(text) : value.startsWith('b') ? text === 'true' : text
}

/** The other way: what {@link parseHistory} reads back as the same operations. */
export function historyJson(operations: readonly Operation[]): { readonly ops: readonly Fields[] } {
  return { ops: operations.map(operationJson) }
}

function operationJson({ client, key, action, outcome, call, ret }: Operation): Fields {
  return {
    client,
    key,
    op: action.op,
    ...('value' in action ? { value: plain(action.value) } : {}),
    ...('old' in action ? { old: plain(action.old) } : {}),
    ...(outcome.kind === 'read' ? { result: plain(outcome.value), found: outcome.value !== null } : {}),
    ...(outcome.kind === 'compared' ? { ok: outcome.success } : outcome.kind === 'done' ? { ok: true } : {}),
    call,
    ret,
  }
}
