import { Document, isScalar, isSeq, parseDocument, visit } from 'yaml'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Problem } from '../../physics/design/problems.ts'
import { examineDesign } from '../../physics/design/read.ts'
import type { Design } from '../../physics/design/types.ts'
import { writeDesign } from '../../physics/design/write.ts'

/** A design from a file, with what in the file is unknown or has no effect. */
export interface DesignFile {
  readonly design: Design
  /** Warnings and notes. */
  readonly remarks: readonly Problem[]
}

/** Reads a design file of RAFT, in YAML or JSON. The error has every mistake. */
export function readDesignFile(text: string): Result<DesignFile, readonly Problem[]> {
  const parsed = parse(text)
  if (!parsed.ok) return fail([{ severity: 'error', path: '', message: parsed.error }])
  const { design, problems } = examineDesign(parsed.value.content)
  if (design === null) return fail(problems.filter(({ severity }) => severity === 'error'))
  return ok({ design, remarks: [...parsed.value.remarks, ...problems] })
}

/** Parses YAML 1.2, of which JSON is a part; RAFT's files, written for YAML 1.1, too. The error names line and column. */
export function parseFile(text: string): Result<unknown, string> {
  const parsed = parse(text)
  return parsed.ok ? ok(parsed.value.content) : parsed
}

/** What Python makes of a key that stands twice. */
const TWICE = 'DUPLICATE_KEY'

function parse(text: string): Result<{ content: unknown; remarks: readonly Problem[] }, string> {
  // Files from other systems may begin with a mark of byte order. `<<` is part of YAML 1.1.
  const source = text.replace(/^\uFEFF/, '')
  const document = parseDocument(source, { prettyErrors: false, merge: true })
  const wrong = document.errors.find(({ code }) => code !== TWICE)
  if (wrong !== undefined) return fail(`${placeIn(source, wrong.pos[0])}: ${wrong.message}`)
  const remarks = document.errors.map(({ pos }): Problem => {
    const message = `${placeIn(source, pos[0])}: the key stands twice, and the last one counts`
    return { severity: 'warning', path: '', message }
  })
  try {
    return ok({ content: document.toJS(), remarks })
  } catch (error) {
    // An alias without an anchor, or more of them than any file needs.
    return fail((error as Error).message)
  }
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`
}

const WIDTH = 120

/** Writes a design as YAML in RAFT's schema: rows of numbers on one line each. */
export function writeDesignFile(design: Design): string {
  const document = new Document(writeDesign(design), { aliasDuplicateObjects: false })
  visit(document, {
    Seq(_, list) {
      list.flow = list.items.every((item) => isScalar(item) || (isSeq(item) && item.items.length === 0))
    },
  })
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false })
}
