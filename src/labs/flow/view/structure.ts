import type { ActView } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { notify } from '../../../ui/notify.ts'
import { type FlowView, PART_KINDS, type PartKindName, partOf, VARIANTS } from '../contract.ts'
import { viewOf } from './hooks.ts'

/**
 * Parts come and go with the header of the experiment. A part without pipes changes nothing of what has happened so far,
 * so the text is opened again at the present instant.
 */

/** What the header says of the structure. */
export interface Header {
  readonly parts: Readonly<Record<PartKindName, readonly string[]>>
  /** `web>api`. */
  readonly pipes: readonly string[]
}

/** Puts a new part into the pipeline; it has no pipes yet. */
export async function addPart(session: LabSession, kind: PartKindName): Promise<void> {
  const { slow } = session
  if (slow === null) return
  const header = headerOf(viewOf(slow), slow.acts)
  const name = freeName(kind, new Set(Object.values(header.parts).flat()))
  const parts = { ...header.parts, [kind]: [...header.parts[kind], name] }
  if (await reopen(session, withHeader(await session.api.text(), { ...header, parts }))) {
    await session.select({ kind: 'actor', name: viewOf(slow).variants === 1 ? name : `${name}.${VARIANTS[0]}` })
  }
}

/** Takes a part away that no act names. */
export async function removePart(session: LabSession, name: string): Promise<void> {
  const { slow } = session
  if (slow === null) return
  const { part } = partOf(name)
  const text = await session.api.text()
  const named = firstActNaming(text, part)
  if (named !== null)
    return notify({ kind: 'refused', title: `${part} cannot be removed: an act names it`, text: named })
  await reopen(session, withHeader(text, without(headerOf(viewOf(slow), slow.acts), part)))
}

async function reopen(session: LabSession, text: string): Promise<boolean> {
  const playing = session.slow?.run.playing === true
  const opened = await session.open(text, Math.round(session.nowUs))
  if (!opened.ok) notify({ kind: 'refused', title: opened.error[0]?.message ?? 'it cannot be so' })
  else if (playing) await session.api.play()
  return opened.ok
}

/** `stage1`, `stage2`: the first that is free. */
export function freeName(kind: PartKindName, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) if (!taken.has(`${kind}${number}`)) return `${kind}${number}`
}

/** What the header must say: the parts, and the pipes of the beginning, which are those of now before every act on pipes. */
export function headerOf({ parts, pipes }: Pick<FlowView, 'parts' | 'pipes'>, acts: readonly ActView[]): Header {
  const first = parts.filter(({ variant }) => variant === 0)
  const named = (kind: PartKindName) => first.filter((each) => each.kind === kind).map(({ part }) => part)
  const beginning = new Set(
    pipes
      .filter(({ from }) => partOf(from).variant === 0)
      .map(({ from, to }) => `${partOf(from).part}>${partOf(to).part}`),
  )
  for (const { line, done } of acts.toReversed()) {
    const [verb, from, to] = line.split(' ')
    if (!done || from === undefined || to === undefined || partOf(from).variant !== 0) continue
    const pipe = `${partOf(from).part}>${partOf(to).part}`
    if (verb === 'connect') beginning.delete(pipe)
    else if (verb === 'disconnect') beginning.add(pipe)
  }
  return {
    parts: Object.fromEntries(PART_KINDS.map((kind) => [kind, named(kind)])) as unknown as Header['parts'],
    pipes: [...beginning],
  }
}

const without = ({ parts, pipes }: Header, part: string): Header => ({
  parts: Object.fromEntries(
    PART_KINDS.map((kind) => [kind, parts[kind].filter((each) => each !== part)]),
  ) as unknown as Header['parts'],
  pipes: pipes.filter((pipe) => !pipe.split('>').includes(part)),
})

/** A text whose header says the structure in full. */
export function withHeader(text: string, { parts, pipes }: Header): string {
  const list = (words: readonly string[]) => (words.length === 0 ? '-' : words.join(' '))
  const said = [...PART_KINDS.map((kind) => `set ${kind}s ${list(parts[kind])}`), `set pipes ${list(pipes)}`]
  const lines = text.split('\n').filter((line) => !/^set (sources|stages|senders|receivers|pipes)\b/.test(line))
  const at = lines.findIndex((line) => /^(set|at|until)\b/.test(line))
  return lines.toSpliced(at < 0 ? lines.length : at, 0, ...said).join('\n')
}

/** The first act of a text in which a part stands; null when there is none. */
export function firstActNaming(text: string, part: string): string | null {
  const word = new RegExp(`[\\s<>|]${part}([.\\s<>|]|$)`)
  return text.split('\n').find((line) => line.startsWith('at ') && word.test(line)) ?? null
}
