import { parseSync } from 'oxc-parser'

/** One TypeScript file as the repository rules see it. */
export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
  /** The text with comments and the content of strings, templates, patterns and JSX text blanked; same length. */
  readonly code: string
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  /** The lines (from 1) that a comment or a string touches: the formatter cannot break those. */
  readonly proseLines: ReadonlySet<number>
}

export interface Import {
  readonly specifier: string
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean
  readonly line: number
}

/** An exported function, class or interface. */
export interface Export {
  readonly name: string
  readonly line: number
  /** A doc comment stands directly above it. */
  readonly documented: boolean
}

/** The parts of an ESTree node that are read here. */
interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

function* walk(node: Node): Generator<Node> {
  yield node
  for (const child of Object.values(node)) {
    for (const item of Array.isArray(child) ? child : [child]) if (isNode(item)) yield* walk(item)
  }
}

const isProse = (node: Node): boolean =>
  node.type === 'TemplateElement' ||
  node.type === 'JSXText' ||
  (node.type === 'Literal' && (typeof node.value === 'string' || 'regex' in node))

/** The line of an offset, from 1. */
function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** `import {type A, type B}` leaves nothing behind either. */
function isTypeOnly(node: Node): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true
  const names = (node.specifiers ?? []) as readonly Node[]
  return names.length > 0 && names.every((name) => name.importKind === 'type' || name.exportKind === 'type')
}

function importOf(node: Node, text: string): Import | null {
  const importing = /^(ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration|ImportExpression|TSImportType)$/
  if (!importing.test(node.type)) return null
  const source = node.source as Node | null | undefined
  if (source === null || source === undefined) return null
  const literal = source.type === 'TSLiteralType' ? (source.literal as Node) : source
  // A computed address cannot be checked, so it is none that any row of the table allows.
  const specifier = typeof literal.value === 'string' ? literal.value : '(computed)'
  const typeOnly = node.type === 'TSImportType' || isTypeOnly(node)
  return { specifier, typeOnly, line: lineAt(text, node.start) }
}

const DOCUMENTED = new Set(['FunctionDeclaration', 'TSDeclareFunction', 'ClassDeclaration', 'TSInterfaceDeclaration'])

/** Parses `text`; throws with the parser's message when it is not TypeScript. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const nodes = [...walk(program as unknown as Node)]
  const prose = [...comments, ...nodes.filter(isProse)]
  return {
    path,
    text,
    code: blank(text, prose),
    imports: nodes.map((node) => importOf(node, text)).filter((found) => found !== null),
    exports: exportsOf(program.body as unknown as readonly Node[], text, comments),
    proseLines: linesOf(text, prose),
  }
}

interface Span {
  readonly start: number
  readonly end: number
}

function blank(text: string, spans: readonly Span[]): string {
  const units = text.split('')
  for (const { start, end } of spans) {
    for (let at = start; at < end; at++) if (units[at] !== '\n') units[at] = ' '
  }
  return units.join('')
}

function linesOf(text: string, spans: readonly Span[]): Set<number> {
  const lines = new Set<number>()
  for (const { start, end } of spans) {
    for (let line = lineAt(text, start); line <= lineAt(text, end); line++) lines.add(line)
  }
  return lines
}

function exportsOf(body: readonly Node[], text: string, comments: readonly (Span & { value: string })[]): Export[] {
  const docEnds = comments.filter(({ value }) => value.startsWith('*')).map(({ end }) => end)
  const found = new Map<string, Export>()
  for (const node of body) {
    const declaration = node.type === 'ExportNamedDeclaration' ? (node.declaration as Node | null) : null
    if (declaration === null || !DOCUMENTED.has(declaration.type)) continue
    const { name } = declaration.id as unknown as { name: string }
    const documented = docEnds.some((end) => end <= node.start && text.slice(end, node.start).trim() === '')
    // Of overloads the first one speaks for all.
    if (!found.has(name)) found.set(name, { name, line: lineAt(text, node.start), documented })
  }
  return [...found.values()]
}
