import type { Bytes } from '../bytes.ts'

/** A script as its parser understands it (Lua 5.1, "The Complete Syntax of Lua"). */
export interface Block {
  readonly statements: readonly Statement[]
}

/** `line`: where it begins, for messages. */
export type Statement =
  | {
      readonly kind: 'local'
      readonly names: readonly string[]
      readonly values: readonly Expression[]
      readonly line: number
    }
  | {
      readonly kind: 'assign'
      readonly targets: readonly Place[]
      readonly values: readonly Expression[]
      readonly line: number
    }
  | { readonly kind: 'call'; readonly call: Call; readonly line: number }
  | { readonly kind: 'do'; readonly body: Block; readonly line: number }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: Block; readonly line: number }
  | { readonly kind: 'repeat'; readonly body: Block; readonly condition: Expression; readonly line: number }
  | {
      readonly kind: 'if'
      readonly arms: readonly { readonly condition: Expression; readonly body: Block }[]
      readonly otherwise: Block | null
      readonly line: number
    }
  | {
      readonly kind: 'count'
      readonly name: string
      readonly from: Expression
      readonly to: Expression
      readonly step: Expression | null
      readonly body: Block
      readonly line: number
    }
  | {
      readonly kind: 'each'
      readonly names: readonly string[]
      readonly values: readonly Expression[]
      readonly body: Block
      readonly line: number
    }
  | {
      readonly kind: 'local-function'
      readonly name: string
      readonly value: FunctionExpression
      readonly line: number
    }
  | { readonly kind: 'return'; readonly values: readonly Expression[]; readonly line: number }
  | { readonly kind: 'break'; readonly line: number }

/** What can be assigned to. */
export type Place =
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'index'; readonly object: Expression; readonly key: Expression; readonly line: number }

export type Call =
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[]; readonly line: number }
  | {
      readonly kind: 'method'
      readonly object: Expression
      readonly name: string
      readonly args: readonly Expression[]
      readonly line: number
    }

export interface FunctionExpression {
  readonly kind: 'function'
  readonly parameters: readonly string[]
  readonly isVariadic: boolean
  readonly body: Block
  readonly line: number
}

export type Binary = '+' | '-' | '*' | '/' | '%' | '^' | '..' | '==' | '~=' | '<' | '<=' | '>' | '>='

export type Expression =
  | Place
  | Call
  | FunctionExpression
  | { readonly kind: 'constant'; readonly value: undefined | boolean | number | Bytes }
  | { readonly kind: 'rest'; readonly line: number }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression; readonly line: number }
  | {
      readonly kind: 'binary'
      readonly operator: Binary
      readonly left: Expression
      readonly right: Expression
      readonly line: number
    }
  | {
      readonly kind: 'unary'
      readonly operator: 'not' | '-' | '#'
      readonly operand: Expression
      readonly line: number
    }
  /** In parentheses: of several values only the first. */
  | { readonly kind: 'first'; readonly inner: Expression }
  | {
      readonly kind: 'table'
      /** Key null: the next in the list. */
      readonly fields: readonly { readonly key: Expression | null; readonly value: Expression }[]
      readonly line: number
    }
