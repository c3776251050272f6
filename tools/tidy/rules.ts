import { posix } from 'node:path'
import type { Import, Source } from './source.ts'

/** What a rule of the repository found. */
export interface Violation {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly rule: string
  readonly reason: string
}

export const show = ({ path, line, rule, reason }: Violation): string => `${path}:${line} ${rule}: ${reason}`

/** Tests, and what only tests import (`arbitrary.test-helper.ts`). */
const isTest = (path: string): boolean => /\.(test|spec|test-helper)\.tsx?$/.test(path)

/** The lines (from 1) in which `pattern` matches, each once. */
function matchingLines(text: string, pattern: RegExp): { line: number; match: string }[] {
  return text.split('\n').flatMap((content, index) => {
    const match = pattern.exec(content)
    return match === null ? [] : [{ line: index + 1, match: match[0] }]
  })
}

// -- Who may import whom ---------------------------------------------------------------------------------------------

/** One row of the import table. A file belongs to the first room whose `files` matches its path. */
export interface Room {
  readonly name: string
  readonly files: RegExp
  /** Rooms whose values it may use. A room may always import from itself. */
  readonly imports: readonly string[]
  /** Rooms that it may name in types only; `*` is every room but those in `Table.closed`. */
  readonly types?: readonly string[]
  /** Packages; `node:` stands for Node's own, a name that ends in `/` for a scope. */
  readonly npm?: readonly string[]
  readonly reason: string
}

export interface Table {
  readonly rooms: readonly Room[]
  /** Rooms that nobody may name, not even in a type, unless a row lists them. */
  readonly closed: readonly string[]
  /** Folders whose sub-folders know nothing of each other: `src/labs/`. */
  readonly families: readonly string[]
  /** What a test may import on top of its room's row. */
  readonly inTests: { readonly imports: readonly string[]; readonly npm: readonly string[] }
}

export function roomOf(table: Table, path: string): Room | undefined {
  return table.rooms.find((room) => room.files.test(path))
}

/** `src/labs/raft/acts.ts` is the member `raft` of `src/labs/`; null for what is in no sub-folder of it. */
function memberOf(family: string, path: string): string | null {
  const rest = path.startsWith(family) ? path.slice(family.length) : ''
  return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : null
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:'
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
}

function packageProblem(table: Table, source: Source, room: Room, specifier: string): string | null {
  const name = packageOf(specifier)
  const allowed = [...(room.npm ?? []), ...(isTest(source.path) ? table.inTests.npm : [])]
  if (allowed.some((entry) => (entry.endsWith('/') ? name.startsWith(entry) : name === entry))) return null
  return `${room.name} may not use the package ${name} (${room.reason})`
}

function importProblem(table: Table, source: Source, { specifier, typeOnly }: Import): string | null {
  const room = roomOf(table, source.path)
  if (room === undefined) return 'the file is in no room of the import table'
  if (!specifier.startsWith('.')) return packageProblem(table, source, room, specifier)
  const target = posix.join(posix.dirname(source.path), specifier.replace(/\?.*$/, ''))
  for (const family of table.families) {
    const [own, other] = [memberOf(family, source.path), memberOf(family, target)]
    if (own !== null && other !== null && own !== other) return `${family}${own} must not know ${family}${other}`
  }
  const other = roomOf(table, target)
  if (other === undefined) return `${target} is in no room of the import table`
  const tests = isTest(source.path) ? table.inTests.imports : []
  if (other === room || room.imports.includes(other.name) || tests.includes(other.name)) return null
  const types = room.types ?? []
  const nameable = types.includes(other.name) || (types.includes('*') && !table.closed.includes(other.name))
  if (nameable && typeOnly) return null
  const how = nameable ? 'may import only types from' : 'may not import from'
  return `${room.name} ${how} ${other.name} (${room.reason})`
}

export function checkImports(source: Source, table: Table): Violation[] {
  if (roomOf(table, source.path) === undefined) {
    return [{ path: source.path, line: 1, rule: 'imports', reason: 'the file is in no room of the import table' }]
  }
  return source.imports.flatMap((found) => {
    const reason = importProblem(table, source, found)
    return reason === null ? [] : [{ path: source.path, line: found.line, rule: 'imports', reason }]
  })
}

// -- What may not be written -----------------------------------------------------------------------------------------

/** Something that the code of some rooms may not contain (comments and strings do not count). */
export interface Ban {
  readonly name: string
  readonly pattern: RegExp
  /** Room names; `*` is all. */
  readonly rooms: readonly string[]
  /** Room names left out of `*`. */
  readonly butNot?: readonly string[]
  /** Does it hold in tests, too? */
  readonly inTests: boolean
  readonly reason: string
  /** Files that may, each with the reason why. */
  readonly except?: Readonly<Record<string, string>>
}

export function checkBans(source: Source, bans: readonly Ban[], table: Table): Violation[] {
  const room = roomOf(table, source.path)?.name ?? ''
  return bans.flatMap(({ name, pattern, rooms, butNot = [], inTests, reason, except = {} }) => {
    const applies = (rooms.includes('*') || rooms.includes(room)) && !butNot.includes(room)
    if (!applies || source.path in except || (isTest(source.path) && !inTests)) return []
    const found = matchingLines(source.code, pattern)
    return found.map(({ line, match }) => ({ path: source.path, line, rule: name, reason: `${match}: ${reason}` }))
  })
}

/** A text that no file of the repository may contain, comments and strings included. */
export interface BannedText {
  readonly name: string
  readonly pattern: RegExp
  readonly reason: string
}

export function checkTexts(path: string, text: string, banned: readonly BannedText[]): Violation[] {
  return banned.flatMap(({ name, pattern, reason }) =>
    matchingLines(text, pattern).map(({ line, match }) => ({ path, line, rule: name, reason: `${match}: ${reason}` })),
  )
}

const SWITCHED_OFF =
  /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:only|skip|todo|fixme|fails|skipIf|runIf)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\b/
const SLEEPING = /\b(?:setTimeout|setInterval|waitForTimeout)\b/

/** No test is left out, none runs alone, none sleeps. */
export function checkTest(source: Source): Violation[] {
  if (!isTest(source.path)) return []
  const at = (rule: string, reason: string) => (found: { line: number; match: string }) => ({
    path: source.path,
    line: found.line,
    rule,
    reason: `${found.match}: ${reason}`,
  })
  return [
    ...matchingLines(source.code, SWITCHED_OFF).map(at('tests', 'every test runs, every time')),
    ...matchingLines(source.code, SLEEPING).map(at('tests', 'a test waits for what it needs, not for a time')),
  ]
}

// -- Size, documents and shape ---------------------------------------------------------------------------------------

const LINES_MAX = 660
/** For code; the formatter breaks it. */
const WIDTH_MAX = 120
/** For lines with a string or a comment, which the formatter leaves. */
const PROSE_WIDTH_MAX = 160

export function checkSize(source: Source): Violation[] {
  const { path } = source
  const lines = source.text.replace(/\n$/, '').split('\n')
  const long = lines.flatMap((content, index) => {
    const max = source.proseLines.has(index + 1) ? PROSE_WIDTH_MAX : WIDTH_MAX
    const reason = `${content.length} characters, at most ${max}`
    return content.length > max ? [{ path, line: index + 1, rule: 'width', reason }] : []
  })
  if (lines.length <= LINES_MAX) return long
  return [{ path, line: LINES_MAX + 1, rule: 'length', reason: `${lines.length} lines, at most ${LINES_MAX}` }, ...long]
}

export function checkDocs(source: Source): Violation[] {
  if (isTest(source.path)) return []
  const bare = source.exports.filter(({ documented }) => !documented)
  const reason = (name: string) => `${name} is exported and has no doc comment (shape, units, errors)`
  return bare.map(({ name, line }) => ({ path: source.path, line, rule: 'docs', reason: reason(name) }))
}

/** What stands in every lab folder. A name that ends in `/` is a folder. */
export const LAB_SHAPE = [
  'manifest.ts',
  'MODEL.md',
  'contract.ts',
  'frame.ts',
  'scenarios.ts',
  'acts.ts',
  'projection.ts',
  'engine.worker.ts',
  'view/',
  'lessons/',
]

/**
 * If you know one lab, you know all.
 * @param files every path of the repository
 * @param extras `world.ts` -> why a lab may have it, which others need not
 */
export function checkLabShape(files: readonly string[], extras: Readonly<Record<string, string>>): Violation[] {
  const inside = files.filter((path) => path.startsWith('src/labs/') && path.split('/').length > 3)
  const entries = new Set(inside.map((path) => path.split('/').slice(2, 4).join('/') + (path.split('/')[4] ? '/' : '')))
  const labs = new Set(inside.map((path) => path.split('/')[2]!))
  const expected = [...labs].flatMap((lab) => LAB_SHAPE.map((name) => `${lab}/${name}`))
  const known = (entry: string) =>
    expected.includes(entry) || entry.replace(/^[^/]+\//, '') in extras || isTest(entry) || entry.endsWith('/testdata/')
  const violation = (entry: string, reason: string) => ({ path: `src/labs/${entry}`, line: 1, rule: 'shape', reason })
  return [
    ...expected.filter((entry) => !entries.has(entry)).map((entry) => violation(entry, 'every lab has it')),
    ...[...entries].filter((entry) => !known(entry)).map((entry) => violation(entry, 'labs have no such entry')),
  ]
}

/** @param files every path of the repository */
export function checkArchitecture(document: string, files: readonly string[]): Violation[] {
  const folders = new Set(files.map((path) => /^src\/([^/]+)\//.exec(path)?.[1]).filter((name) => name !== undefined))
  const path = 'src/ARCHITECTURE.md'
  const missing = [...folders].filter((name) => !new RegExp(`\\b${name}/`).test(document))
  return missing.map((name) => ({ path, line: 1, rule: 'map', reason: `the code map does not mention ${name}/` }))
}

/**
 * A measurement that nobody can read is none: the README quotes a key (`kernel.seekP99Ms`) of every benchmark.
 * @param helpers files of `src/bench` that measure nothing
 */
export function checkBenchKeys(readme: string, files: readonly string[], helpers: readonly string[]): Violation[] {
  return files.flatMap((path) => {
    const name = /^src\/bench\/([^/]+)\.ts$/.exec(path)?.[1]
    if (name === undefined || isTest(path) || helpers.includes(name)) return []
    if (new RegExp(`\\b${name}\\.\\w`).test(readme)) return []
    return [{ path, line: 1, rule: 'bench', reason: `README.md quotes no figure of ${name} (a key \`${name}.…\`)` }]
  })
}

/**
 * Without an entry for every system, `npm ci` refuses the lock file (see tools/complete-lock.mjs).
 * @param names optional packages that the lock file names without locking them
 */
export function checkLock(names: readonly string[]): Violation[] {
  const reason = (name: string) => `${name} is not locked: run \`node tools/complete-lock.mjs\``
  return names.map((name) => ({ path: 'package-lock.json', line: 1, rule: 'lock', reason: reason(name) }))
}
