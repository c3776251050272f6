import { unreachable } from '../../../base/assert.ts'
import type { Binary, Block, Call, Expression, FunctionExpression, Place, Statement } from './tree.ts'
import {
  checkLength,
  isTrue,
  type LuaFunction,
  LuaTable,
  type LuaValue,
  luaError,
  toNumber,
  toText,
  typeName,
} from './values.ts'

/** Steps of one run. A real server would go on for ever; a step of a machine cannot. */
const STEPS_MAX = 5_000_000
/** Calls inside each other. */
const CALLS_MAX = 190
/** Expressions inside each other, over all calls under way. */
const DEPTH_MAX = 1000

/** The names that are known at a place of the script. */
class Scope {
  private readonly names = new Map<string, { value: LuaValue }>()
  constructor(
    private readonly outer: Scope | null,
    /** The values of `...`; null: the function has none. */
    readonly rest: readonly LuaValue[] | null,
  ) {}

  declare(name: string, value: LuaValue): void {
    this.names.set(name, { value })
  }

  find(name: string): { value: LuaValue } | undefined {
    return this.names.get(name) ?? this.outer?.find(name)
  }
}

const BREAK = Symbol('break')
/** How a block ended: it ran through, `break`, or `return` with values. */
type Ending = undefined | typeof BREAK | readonly LuaValue[]

/** Runs scripts of Lua 5.1, without coroutines, files and modules; one object for one run. */
export class Interpreter {
  private steps = 0
  private calls = 0
  private depth = 0

  constructor(
    /** What the script finds by name; it cannot add to it. */
    private readonly globals: LuaTable,
    /** Where methods of strings are found: `("x"):rep(3)`. */
    private readonly strings: LuaTable,
  ) {}

  /** Runs a whole script. */
  run(chunk: Block): readonly LuaValue[] {
    return valuesOf(this.block(chunk, new Scope(null, [])))
  }

  /** Calls a value of the script; `what` names it in an error. */
  call(callee: LuaValue, args: readonly LuaValue[], line: number, what = ''): readonly LuaValue[] {
    if (typeof callee === 'object' && !(callee instanceof LuaTable)) {
      if (++this.calls > CALLS_MAX) throw luaError(line, 'stack overflow')
      const results = callee.call(args, line)
      this.calls--
      return results
    }
    const handler = callee instanceof LuaTable ? callee.metatable?.get('__call') : undefined
    if (handler !== undefined) return this.call(handler, [callee, ...args], line)
    throw luaError(line, `attempt to call ${described(what, callee)}`)
  }

  /** For what catches errors: calls that were under way when one passed are over. */
  protect<T>(run: () => T): T {
    const { calls, depth } = this
    try {
      return run()
    } finally {
      this.calls = calls
      this.depth = depth
    }
  }

  private step(line: number): void {
    if (++this.steps <= STEPS_MAX) return
    throw luaError(line, `the script took more than ${STEPS_MAX} steps, which is not modelled: a server would be busy`)
  }

  // ---- Statements -----------------------------------------------------------------------------------------------

  private block(block: Block, scope: Scope): Ending {
    for (const statement of block.statements) {
      this.step(statement.line)
      const ending = this.statement(statement, scope)
      if (ending !== undefined) return ending
    }
    return undefined
  }

  private inner(block: Block, scope: Scope, names: readonly string[] = [], values: readonly LuaValue[] = []): Ending {
    const inside = new Scope(scope, scope.rest)
    declareAll(inside, names, values)
    return this.block(block, inside)
  }

  private statement(statement: Statement, scope: Scope): Ending {
    switch (statement.kind) {
      case 'local':
        declareAll(scope, statement.names, this.many(statement.values, scope))
        return undefined
      case 'assign':
        this.assign(statement.targets, this.many(statement.values, scope), scope)
        return undefined
      case 'call':
        this.callOf(statement.call, scope)
        return undefined
      case 'do':
        return this.inner(statement.body, scope)
      case 'while':
        return this.whileLoop(statement, scope)
      case 'repeat':
        return this.repeatLoop(statement, scope)
      case 'if': {
        const arm = statement.arms.find(({ condition }) => isTrue(this.value(condition, scope)))
        const body = arm === undefined ? statement.otherwise : arm.body
        return body === null ? undefined : this.inner(body, scope)
      }
      case 'count':
        return this.countLoop(statement, scope)
      case 'each':
        return this.eachLoop(statement, scope)
      case 'local-function':
        scope.declare(statement.name, undefined)
        scope.find(statement.name)!.value = this.closure(statement.value, statement.name, scope)
        return undefined
      case 'return':
        return this.many(statement.values, scope)
      case 'break':
        return BREAK
      default:
        return unreachable(statement)
    }
  }

  private assign(targets: readonly Place[], values: readonly LuaValue[], scope: Scope): void {
    targets.forEach((target, at) => {
      if (target.kind === 'index') {
        const object = this.value(target.object, scope)
        this.write(object, this.value(target.key, scope), values[at], target.line, nameOf(target.object, scope))
        return
      }
      const variable = scope.find(target.name)
      if (variable === undefined) throw luaError(target.line, 'Attempt to modify a readonly table')
      variable.value = values[at]
    })
  }

  private whileLoop({ condition, body, line }: Extract<Statement, { kind: 'while' }>, scope: Scope): Ending {
    while (isTrue(this.value(condition, scope))) {
      this.step(line)
      const ending = this.inner(body, scope)
      if (ending !== undefined) return behindLoop(ending)
    }
    return undefined
  }

  private repeatLoop({ condition, body, line }: Extract<Statement, { kind: 'repeat' }>, scope: Scope): Ending {
    for (;;) {
      this.step(line)
      const inside = new Scope(scope, scope.rest)
      const ending = this.block(body, inside)
      if (ending !== undefined) return behindLoop(ending)
      if (isTrue(this.value(condition, inside))) return undefined
    }
  }

  private countLoop(loop: Extract<Statement, { kind: 'count' }>, scope: Scope): Ending {
    const { line, name, body } = loop
    const number = (expression: Expression, what: string): number => {
      const value = toNumber(this.value(expression, scope))
      if (value === undefined) throw luaError(line, `'for' ${what} must be a number`)
      return value
    }
    const from = number(loop.from, 'initial value')
    const to = number(loop.to, 'limit')
    const step = loop.step === null ? 1 : number(loop.step, 'step')
    for (let at = from; step > 0 ? at <= to : at >= to; at += step) {
      this.step(line)
      const ending = this.inner(body, scope, [name], [at])
      if (ending !== undefined) return behindLoop(ending)
    }
    return undefined
  }

  private eachLoop({ names, values, body, line }: Extract<Statement, { kind: 'each' }>, scope: Scope): Ending {
    const [next, state, start] = this.many(values, scope)
    for (let control = start; ; ) {
      this.step(line)
      const results = this.call(next, [state, control], line)
      control = results[0]
      if (control === undefined) return undefined
      const ending = this.inner(body, scope, names, results)
      if (ending !== undefined) return behindLoop(ending)
    }
  }

  // ---- Expressions ----------------------------------------------------------------------------------------------

  /** The values of a list: the last one may bring several. */
  private many(list: readonly Expression[], scope: Scope): LuaValue[] {
    const values: LuaValue[] = []
    list.forEach((expression, at) => {
      if (at < list.length - 1) values.push(this.value(expression, scope))
      else values.push(...this.values(expression, scope))
    })
    return values
  }

  private values(expression: Expression, scope: Scope): readonly LuaValue[] {
    if (expression.kind === 'call' || expression.kind === 'method') return this.callOf(expression, scope)
    return expression.kind === 'rest' ? this.rest(expression.line, scope) : [this.value(expression, scope)]
  }

  private rest(line: number, scope: Scope): readonly LuaValue[] {
    if (scope.rest === null) throw luaError(line, "cannot use '...' outside a vararg function")
    return scope.rest
  }

  private value(expression: Expression, scope: Scope): LuaValue {
    if (++this.depth > DEPTH_MAX) throw luaError('line' in expression ? expression.line : 1, 'stack overflow')
    const value = this.evaluate(expression, scope)
    this.depth--
    return value
  }

  private evaluate(expression: Expression, scope: Scope): LuaValue {
    switch (expression.kind) {
      case 'constant':
        return expression.value
      case 'name':
        return this.named(expression.name, expression.line, scope)
      case 'index': {
        const object = this.value(expression.object, scope)
        return this.read(object, this.value(expression.key, scope), expression.line, nameOf(expression.object, scope))
      }
      case 'call':
      case 'method':
        return this.callOf(expression, scope)[0]
      case 'rest':
        return this.rest(expression.line, scope)[0]
      case 'first':
        return this.value(expression.inner, scope)
      case 'function':
        return this.closure(expression, 'anonymous', scope)
      case 'and': {
        const left = this.value(expression.left, scope)
        return isTrue(left) ? this.value(expression.right, scope) : left
      }
      case 'or': {
        const left = this.value(expression.left, scope)
        return isTrue(left) ? left : this.value(expression.right, scope)
      }
      case 'binary':
        return this.binary(expression, scope)
      case 'unary':
        return this.unary(expression, scope)
      case 'table':
        return this.table(expression, scope)
      default:
        return unreachable(expression)
    }
  }

  private named(name: string, line: number, scope: Scope): LuaValue {
    const variable = scope.find(name)
    if (variable !== undefined) return variable.value
    const value = this.globals.get(name)
    if (value === undefined) throw luaError(line, `Script attempted to access nonexistent global variable '${name}'`)
    return value
  }

  private callOf(call: Call, scope: Scope): readonly LuaValue[] {
    this.step(call.line)
    if (call.kind === 'call') {
      const callee = this.value(call.callee, scope)
      return this.call(callee, this.many(call.args, scope), call.line, nameOf(call.callee, scope))
    }
    const object = this.value(call.object, scope)
    const callee = this.read(object, call.name, call.line, nameOf(call.object, scope))
    return this.call(callee, [object, ...this.many(call.args, scope)], call.line, `method '${call.name}'`)
  }

  private closure({ parameters, isVariadic, body }: FunctionExpression, name: string, outer: Scope): LuaFunction {
    const call = (args: readonly LuaValue[]): readonly LuaValue[] => {
      const scope = new Scope(outer, isVariadic ? args.slice(parameters.length) : null)
      declareAll(scope, parameters, args)
      return valuesOf(this.block(body, scope))
    }
    return { name, call }
  }

  private table({ fields }: Extract<Expression, { kind: 'table' }>, scope: Scope): LuaTable {
    const table = new LuaTable()
    let next = 1
    fields.forEach(({ key, value }, at) => {
      if (key !== null) table.set(this.value(key, scope), this.value(value, scope))
      else if (at < fields.length - 1) table.set(next++, this.value(value, scope))
      else for (const each of this.values(value, scope)) table.set(next++, each)
    })
    return table
  }

  private unary({ operator, operand, line }: Extract<Expression, { kind: 'unary' }>, scope: Scope): LuaValue {
    const value = this.value(operand, scope)
    if (operator === 'not') return !isTrue(value)
    if (operator === '#') {
      if (typeof value === 'string' || value instanceof LuaTable) return value.length
      throw luaError(line, `attempt to get length of ${described(nameOf(operand, scope), value)}`)
    }
    const number = toNumber(value)
    if (number !== undefined) return -number
    throw luaError(line, `attempt to perform arithmetic on ${described(nameOf(operand, scope), value)}`)
  }

  private binary(expression: Extract<Expression, { kind: 'binary' }>, scope: Scope): LuaValue {
    const { operator, line } = expression
    const left = this.value(expression.left, scope)
    const right = this.value(expression.right, scope)
    switch (operator) {
      case '==':
        return left === right
      case '~=':
        return left !== right
      case '<':
        return compare(left, right, line) < 0
      case '<=':
        return compare(left, right, line) <= 0
      case '>':
        return compare(left, right, line) > 0
      case '>=':
        return compare(left, right, line) >= 0
      default:
    }
    if (operator === '..') {
      const [x, y] = [toText(left), toText(right)]
      if (x !== undefined && y !== undefined) {
        checkLength(x.length + y.length, line)
        return x + y
      }
      const culprit = x === undefined ? expression.left : expression.right
      throw luaError(
        line,
        `attempt to concatenate ${described(nameOf(culprit, scope), x === undefined ? left : right)}`,
      )
    }
    const [x, y] = [toNumber(left), toNumber(right)]
    if (x !== undefined && y !== undefined) return arithmetic(operator, x, y, line)
    const name = nameOf(x === undefined ? expression.left : expression.right, scope)
    throw luaError(line, `attempt to perform arithmetic on ${described(name, x === undefined ? left : right)}`)
  }

  // ---- Tables ---------------------------------------------------------------------------------------------------

  private read(object: LuaValue, key: LuaValue, line: number, name: string): LuaValue {
    if (typeof object === 'string') return this.strings.get(key)
    if (!(object instanceof LuaTable)) throw luaError(line, `attempt to index ${described(name, object)}`)
    const value = object.get(key)
    const handler = value === undefined ? object.metatable?.get('__index') : undefined
    if (handler === undefined) return value
    return handler instanceof LuaTable ? this.read(handler, key, line, '') : this.call(handler, [object, key], line)[0]
  }

  private write(object: LuaValue, key: LuaValue, value: LuaValue, line: number, name: string): void {
    if (!(object instanceof LuaTable)) throw luaError(line, `attempt to index ${described(name, object)}`)
    const handler = object.get(key) === undefined ? object.metatable?.get('__newindex') : undefined
    if (handler instanceof LuaTable) this.write(handler, key, value, line, '')
    else if (handler !== undefined) this.call(handler, [object, key, value], line)
    else if (object.isFrozen) throw luaError(line, 'Attempt to modify a readonly table')
    else if (key === undefined) throw luaError(line, 'table index is nil')
    else if (Number.isNaN(key)) throw luaError(line, 'table index is NaN')
    else object.set(key, value)
  }
}

const valuesOf = (ending: Ending): readonly LuaValue[] => (typeof ending === 'object' ? ending : [])

/** How a loop ends that was left: `break` is over with it, `return` goes on. */
const behindLoop = (ending: Ending): Ending => (ending === BREAK ? undefined : ending)

function declareAll(scope: Scope, names: readonly string[], values: readonly LuaValue[]): void {
  names.forEach((name, at) => {
    scope.declare(name, values[at])
  })
}

/** A value that does not fit, as errors tell of it: `local 'x' (a nil value)`. */
const described = (name: string, value: LuaValue) =>
  name === '' ? `a ${typeName(value)} value` : `${name} (a ${typeName(value)} value)`

/** What Lua calls the thing that an expression names in its errors; empty: nothing. */
function nameOf(expression: Expression, scope: Scope): string {
  if (expression.kind === 'name') {
    return `${scope.find(expression.name) === undefined ? 'global' : 'local'} '${expression.name}'`
  }
  if (expression.kind !== 'index' || expression.key.kind !== 'constant') return ''
  return typeof expression.key.value === 'string' ? `field '${expression.key.value}'` : ''
}

function compare(left: LuaValue, right: LuaValue, line: number): number {
  if (typeof left === 'number' && typeof right === 'number') {
    if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN
    return left < right ? -1 : left > right ? 1 : 0
  }
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  const [x, y] = [typeName(left), typeName(right)]
  throw luaError(line, x === y ? `attempt to compare two ${x} values` : `attempt to compare ${x} with ${y}`)
}

type Arithmetic = Exclude<Binary, '..' | '==' | '~=' | '<' | '<=' | '>' | '>='>

function arithmetic(operator: Arithmetic, x: number, y: number, line: number): number {
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return x / y
    case '%':
      return x - Math.floor(x / y) * y
    case '^':
      return power(x, y, line)
    default:
      return unreachable(operator)
  }
}

/** Whole powers and roots, which every engine computes alike. */
function power(base: number, exponent: number, line: number): number {
  if (exponent === 0.5) return Math.sqrt(base)
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 2048) throw luaError(line, 'only whole powers are modelled')
  let result = 1
  let square = base
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return exponent < 0 ? 1 / result : result
}
