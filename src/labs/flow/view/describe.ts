import type { Slow } from '../../../engine/api.ts'
import type { PartView } from '../contract.ts'
import { viewOf } from './hooks.ts'
import { conditionWord, dropsText } from './words.ts'

/** The picture in words: what "describe now" says. Sentences, most important first. */
export function describeWorld(slow: Slow): string {
  const view = viewOf(slow)
  const { run } = slow
  const at = `At ${(run.nowUs / 1_000_000).toFixed(3)} s${run.playing ? '' : ', stopped'}.`
  const shut = view.pipes.filter(({ credit, grant }) => credit === 0 || grant === 'paused')
  const sentences = [
    at,
    ...view.summary,
    ...troubles(view.parts),
    ...shut.map(({ from, to, grant }) => `${from} may not send to ${to}: ${grant}.`),
    run.caption ?? '',
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

/** More parts than this are counted. */
const NAMED_MAX = 6

/** Who is in trouble, by what it is; those who simply work are not named. */
function troubles(parts: readonly PartView[]): readonly string[] {
  const groups = new Map<string, PartView[]>()
  for (const part of parts) {
    const word = conditionWord(part.condition, part)
    if (word === '' || word === 'idle' || word === 'starved') continue
    groups.set(word, [...(groups.get(word) ?? []), part])
  }
  const told = [...groups].map(([word, group]) =>
    group.length > NAMED_MAX
      ? `${group.length} parts are ${word}.`
      : `${group.map(({ name }) => name).join(', ')} ${group.length === 1 ? 'is' : 'are'} ${word}.`,
  )
  const dropping = parts.flatMap(({ name, droppedByReason }) => {
    const drops = dropsText(droppedByReason)
    return drops === '' ? [] : [`${name} has dropped ${drops.replaceAll(' · ', ', ')}.`]
  })
  return [...told, ...dropping]
}
