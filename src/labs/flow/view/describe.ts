import type { Slow } from '../../../engine/api.ts'
import { viewOf } from './hooks.ts'

/** The picture in words: what "describe now" says. Sentences, most important first. */
export function describeWorld(slow: Slow): string {
  const { summary, pipes } = viewOf(slow)
  const { run } = slow
  const shut = pipes.filter(({ credit, grant }) => credit === 0 || grant === 'paused')
  const sentences = [
    `At ${(run.nowUs / 1_000_000).toFixed(3)} s${run.playing ? '' : ', stopped'}`,
    ...summary,
    ...shut.map(({ from, to, grant }) => `${from} may not send to ${to}: ${grant}`),
    run.caption ?? '',
  ]
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => (sentence.endsWith('.') ? sentence : `${sentence}.`))
    .join(' ')
}
