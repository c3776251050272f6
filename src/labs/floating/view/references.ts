import type { ReferenceDesign } from '../../../physics/parity.ts'
import type { PackedSplines } from '../../../physics/rotor/splines-file.ts'
import type { DesignId } from '../contract.ts'

/** RAFT's numbers for designs that ship: files of their own, fetched when somebody compares. */

const FILES = {
  volturnus: new URL('../../../physics/testdata/parity-volturnus.json', import.meta.url),
  oc3: new URL('../../../physics/testdata/parity-oc3.json', import.meta.url),
  cylinder: new URL('../../../physics/testdata/parity-cylinder.json', import.meta.url),
  frame: new URL('../../../physics/testdata/parity-frame.json', import.meta.url),
} satisfies Partial<Record<DesignId, URL>>

const ROTORS = new URL('../../../physics/testdata/rotor.json', import.meta.url)

/** Designs that can be compared. */
export const REFERENCES = Object.keys(FILES) as readonly (keyof typeof FILES)[]

/** What RAFT found for a design, and the splines of its rotor as CCBlade made them; null: it has no rotor. */
export interface Reference {
  readonly design: ReferenceDesign
  readonly splines: PackedSplines | null
}

async function fetched<T>(file: URL): Promise<T> {
  const answer = await fetch(file)
  if (!answer.ok) throw new Error(`The reference figures did not come: ${answer.status} ${answer.statusText}.`)
  return answer.json()
}

/** Fetches all references, one after the other as they are asked for. */
export async function referenceOf(id: keyof typeof FILES): Promise<Reference> {
  const design = await fetched<ReferenceDesign>(FILES[id])
  const rotors = await fetched<Partial<Record<DesignId, { readonly splines: PackedSplines }>>>(ROTORS)
  return { design, splines: rotors[id]?.splines ?? null }
}
