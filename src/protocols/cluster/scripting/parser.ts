import type { Bytes } from '../bytes.ts'
import { type Token, tokensOf } from './lexer.ts'
import type { Binary, Block, Call, Expression, FunctionExpression, Place, Statement } from './tree.ts'
import { LuaSyntaxError } from './values.ts'

/** How tightly the operators of two operands bind: on the left and on the right (`..` and `^` from the right). */
const BINDING: Readonly<Record<string, readonly [left: number, right: number]>> = {
  or: [1, 1],
  and: [2, 2],
  '<': [3, 3],
  '>': [3, 3],
  '<=': [3, 3],
  '>=': [3, 3],
  '~=': [3, 3],
  '==': [3, 3],
  '..': [5, 4],
  '+': [6, 6],
  '-': [6, 6],
  '*': [7, 7],
  '/': [7, 7],
  '%': [7, 7],
  '^': [10, 9],
}
const UNARY_BINDING = 8

/** Blocks and brackets inside each other (LUAI_MAXCCALLS). */
const DEPTH_MAX = 200

/** A script as a tree, or a {@link LuaSyntaxError} in the words of Lua. */
export function parse(source: Bytes): Block {
  return new Parser(tokensOf(source)).chunk()
}

class Parser {
  private at = 0
  private depth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  chunk(): Block {
    const block = this.block()
    if (this.token.kind !== 'end') this.fail("'<eof>' expected")
    return block
  }

  private get token(): Token {
    return this.tokens[this.at]!
  }

  private fail(problem: string): never {
    throw new LuaSyntaxError(this.token.line, `${problem} near '${this.token.value}'`)
  }

  private is(word: string): boolean {
    const { kind, value } = this.token
    return (kind === 'keyword' || kind === 'operator') && value === word
  }

  private take(word: string): boolean {
    if (!this.is(word)) return false
    this.at++
    return true
  }

  private expect(word: string): void {
    if (!this.take(word)) this.fail(`'${word}' expected`)
  }

  /** Ends what `opener` began in line `line`. */
  private close(word: string, opener: string, line: number): void {
    if (this.take(word)) return
    this.fail(
      line === this.token.line ? `'${word}' expected` : `'${word}' expected (to close '${opener}' at line ${line})`,
    )
  }

  private name(): string {
    const { token } = this
    if (token.kind !== 'name') return this.fail('<name> expected')
    this.at++
    return token.value
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > DEPTH_MAX) this.fail('chunk has too many syntax levels')
    const result = read()
    this.depth--
    return result
  }

  // ---- Statements -----------------------------------------------------------------------------------------------

  private block(): Block {
    return this.nested(() => {
      const statements: Statement[] = []
      for (;;) {
        const { token } = this
        if (token.kind === 'end' || ['end', 'else', 'elseif', 'until'].some((word) => this.is(word))) break
        const isLast = this.is('return') || this.is('break')
        statements.push(this.statement())
        this.take(';')
        if (isLast) break
      }
      return { statements }
    })
  }

  private statement(): Statement {
    const { line, value, kind } = this.token
    if (kind === 'keyword') {
      switch (value) {
        case 'if':
          return this.branch(line)
        case 'while':
          return this.whileLoop(line)
        case 'do':
          this.at++
          return { kind: 'do', body: this.bodyUntilEnd('do', line), line }
        case 'for':
          return this.forLoop(line)
        case 'repeat':
          return this.repeatLoop(line)
        case 'function':
          return this.namedFunction(line)
        case 'local':
          return this.local(line)
        case 'return':
          return this.returning(line)
        case 'break':
          this.at++
          return { kind: 'break', line }
        default:
      }
    }
    return this.callOrAssignment(line)
  }

  private bodyUntilEnd(opener: string, line: number): Block {
    const body = this.block()
    this.close('end', opener, line)
    return body
  }

  private branch(line: number): Statement {
    const arms: { condition: Expression; body: Block }[] = []
    do {
      this.at++
      const condition = this.expression()
      this.expect('then')
      arms.push({ condition, body: this.block() })
    } while (this.is('elseif'))
    const otherwise = this.take('else') ? this.block() : null
    this.close('end', 'if', line)
    return { kind: 'if', arms, otherwise, line }
  }

  private whileLoop(line: number): Statement {
    this.at++
    const condition = this.expression()
    this.expect('do')
    return { kind: 'while', condition, body: this.bodyUntilEnd('while', line), line }
  }

  private repeatLoop(line: number): Statement {
    this.at++
    const body = this.block()
    this.close('until', 'repeat', line)
    return { kind: 'repeat', body, condition: this.expression(), line }
  }

  private forLoop(line: number): Statement {
    this.at++
    const names = [this.name()]
    if (this.take('=')) {
      const from = this.expression()
      this.expect(',')
      const to = this.expression()
      const step = this.take(',') ? this.expression() : null
      this.expect('do')
      return { kind: 'count', name: names[0]!, from, to, step, body: this.bodyUntilEnd('for', line), line }
    }
    while (this.take(',')) names.push(this.name())
    if (!this.take('in')) this.fail("'=' or 'in' expected")
    const values = this.expressions()
    this.expect('do')
    return { kind: 'each', names, values, body: this.bodyUntilEnd('for', line), line }
  }

  private namedFunction(line: number): Statement {
    this.at++
    let place: Place = { kind: 'name', name: this.name(), line }
    let isMethod = false
    while (!isMethod && (this.is('.') || this.is(':'))) {
      isMethod = this.is(':')
      this.at++
      place = { kind: 'index', object: place, key: { kind: 'constant', value: this.name() }, line }
    }
    return { kind: 'assign', targets: [place], values: [this.functionBody(line, isMethod ? ['self'] : [])], line }
  }

  private local(line: number): Statement {
    this.at++
    if (this.take('function')) {
      const name = this.name()
      return { kind: 'local-function', name, value: this.functionBody(line, []), line }
    }
    const names = [this.name()]
    while (this.take(',')) names.push(this.name())
    return { kind: 'local', names, values: this.take('=') ? this.expressions() : [], line }
  }

  private returning(line: number): Statement {
    this.at++
    const isBare = this.token.kind === 'end' || ['end', 'else', 'elseif', 'until', ';'].some((word) => this.is(word))
    return { kind: 'return', values: isBare ? [] : this.expressions(), line }
  }

  private callOrAssignment(line: number): Statement {
    const first = this.suffixed()
    if (first.kind === 'call' || first.kind === 'method') return { kind: 'call', call: first, line }
    const targets = [this.place(first)]
    while (this.take(',')) targets.push(this.place(this.suffixed()))
    this.expect('=')
    return { kind: 'assign', targets, values: this.expressions(), line }
  }

  private place(expression: Expression): Place {
    return expression.kind === 'name' || expression.kind === 'index' ? expression : this.fail('syntax error')
  }

  // ---- Expressions ----------------------------------------------------------------------------------------------

  private expressions(): readonly Expression[] {
    const list = [this.expression()]
    while (this.take(',')) list.push(this.expression())
    return list
  }

  private expression(limit = 0): Expression {
    return this.nested(() => {
      let left = this.unary()
      for (;;) {
        const { kind, value, line } = this.token
        const binding = kind === 'operator' || kind === 'keyword' ? BINDING[value] : undefined
        if (binding === undefined || binding[0] <= limit) return left
        this.at++
        const right = this.expression(binding[1])
        if (value === 'and' || value === 'or') left = { kind: value, left, right, line }
        else left = { kind: 'binary', operator: value as Binary, left, right, line }
      }
    })
  }

  private unary(): Expression {
    const { line } = this.token
    for (const operator of ['not', '-', '#'] as const) {
      if (this.take(operator)) return { kind: 'unary', operator, operand: this.expression(UNARY_BINDING), line }
    }
    return this.simple()
  }

  private simple(): Expression {
    const { token } = this
    if (token.kind === 'number' || token.kind === 'string') {
      this.at++
      return { kind: 'constant', value: token.value }
    }
    if (this.take('nil')) return { kind: 'constant', value: undefined }
    if (this.take('true')) return { kind: 'constant', value: true }
    if (this.take('false')) return { kind: 'constant', value: false }
    if (this.take('...')) return { kind: 'rest', line: token.line }
    if (this.take('function')) return this.functionBody(token.line, [])
    return this.is('{') ? this.table() : this.suffixed()
  }

  /** A name or something in parentheses, with `.name`, `[key]`, `:method()` and calls behind it. */
  private suffixed(): Expression {
    const { line } = this.token
    let expression: Expression
    if (this.take('(')) {
      expression = { kind: 'first', inner: this.expression() }
      this.close(')', '(', line)
    } else {
      if (this.token.kind !== 'name') this.fail('unexpected symbol')
      expression = { kind: 'name', name: this.name(), line }
    }
    for (let next = this.suffix(expression); next !== null; next = this.suffix(expression)) expression = next
    return expression
  }

  private suffix(object: Expression): Expression | null {
    const { line, kind } = this.token
    if (this.take('.')) return { kind: 'index', object, key: { kind: 'constant', value: this.name() }, line }
    if (this.take('[')) {
      const key = this.expression()
      this.expect(']')
      return { kind: 'index', object, key, line }
    }
    if (this.take(':')) return { kind: 'method', object, name: this.name(), args: this.args(), line } satisfies Call
    if (this.is('(') || this.is('{') || kind === 'string')
      return { kind: 'call', callee: object, args: this.args(), line }
    return null
  }

  private args(): readonly Expression[] {
    const { token } = this
    if (token.kind === 'string') {
      this.at++
      return [{ kind: 'constant', value: token.value }]
    }
    if (this.is('{')) return [this.table()]
    if (!this.take('(')) this.fail('function arguments expected')
    if (this.take(')')) return []
    const list = this.expressions()
    this.close(')', '(', token.line)
    return list
  }

  private table(): Expression {
    const { line } = this.token
    this.expect('{')
    const fields: { key: Expression | null; value: Expression }[] = []
    while (!this.is('}')) {
      fields.push(this.field())
      if (!this.take(',') && !this.take(';')) break
    }
    this.close('}', '{', line)
    return { kind: 'table', fields, line }
  }

  private field(): { key: Expression | null; value: Expression } {
    const { token } = this
    const next = this.tokens[this.at + 1]
    if (token.kind === 'name' && next?.kind === 'operator' && next.value === '=') {
      this.at += 2
      return { key: { kind: 'constant', value: token.value }, value: this.expression() }
    }
    if (!this.take('[')) return { key: null, value: this.expression() }
    const key = this.expression()
    this.expect(']')
    this.expect('=')
    return { key, value: this.expression() }
  }

  private functionBody(line: number, given: readonly string[]): FunctionExpression {
    const parameters = [...given]
    let isVariadic = false
    this.expect('(')
    while (!this.is(')') && !isVariadic) {
      isVariadic = this.take('...')
      if (!isVariadic) parameters.push(this.name())
      if (!this.take(',')) break
    }
    this.close(')', '(', line)
    return { kind: 'function', parameters, isVariadic, body: this.bodyUntilEnd('function', line), line }
  }
}
