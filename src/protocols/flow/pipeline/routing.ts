import { pickLeastLoaded } from '../balancing/least-loaded.ts'
import { pickRandom } from '../balancing/random.ts'
import { pickNext } from '../balancing/round-robin.ts'
import { pickOfTwo } from '../balancing/two-choices.ts'
import { maySend, type Output } from './grants.ts'
import type { Balance } from './settings.ts'

/** Where the next item goes: the output, and whose turn it is then. Null: no output may be sent to now. */
export function chooseOutput(
  balance: Balance,
  outputs: readonly Output[],
  loads: readonly number[],
  avoided: (output: number) => boolean,
  item: { readonly class: number; readonly sizeBytes: number },
  turn: number,
  entropy: number,
): { readonly output: number; readonly turn: number } | null {
  if (outputs.length === 1) return maySend(outputs, 0, item.sizeBytes) ? { output: 0, turn } : null
  if (balance === 'by-class') {
    const output = outputs.length === 0 ? 0 : item.class % outputs.length
    return outputs.length > 0 && maySend(outputs, output, item.sizeBytes) ? { output, turn } : null
  }
  const open = outputs.flatMap((_, at) => (maySend(outputs, at, item.sizeBytes) ? [at] : []))
  if (open.length === 0) return null
  // When all are to be avoided, avoiding helps nobody.
  const wanted = open.filter((at) => !avoided(at))
  const usable = wanted.length > 0 ? wanted : open
  const loadsOf = () => usable.map((at) => loads[at] ?? 0)
  switch (balance) {
    case 'round-robin': {
      const from = usable.findIndex((at) => at >= turn)
      const { outcome } = pickNext({ next: Math.max(0, from) }, usable.length)
      const output = usable[outcome]!
      return { output, turn: (output + 1) % outputs.length }
    }
    case 'random':
      return { output: usable[pickRandom(usable.length, entropy)]!, turn }
    case 'least-loaded':
      return { output: usable[pickLeastLoaded(loadsOf(), entropy)]!, turn }
    case 'two-choices':
      return { output: usable[pickOfTwo(loadsOf(), entropy)]!, turn }
  }
}
