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
  const parsed = parseFile(text)
  if (!parsed.ok) return fail([{ severity: 'error', path: '', message: parsed.error }])
  const { design, problems } = examineDesign(parsed.value)
  if (design === null) return fail(problems.filter(({ severity }) => severity === 'error'))
  return ok({ design, remarks: problems })
}

/** Parses YAML 1.2, of which JSON is a part; RAFT's files, written for YAML 1.1, too. The error names line and column. */
export function parseFile(text: string): Result<unknown, string> {
  // Files from other systems may begin with a mark of byte order.
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { prettyErrors: false })
  const [error] = document.errors
  if (error === undefined) return plainOf(document)
  const before = text.slice(0, error.pos[0]).split('\n')
  return fail(`line ${before.length}, column ${before.at(-1)!.length + 1}: ${error.message}`)
}

function plainOf(document: { toJS(): unknown }): Result<unknown, string> {
  try {
    return ok(document.toJS())
  } catch (error) {
    return fail((error as Error).message)
  }
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
