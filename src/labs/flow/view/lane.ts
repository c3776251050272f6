import type { LaneStyle } from '../../manifest.ts'
import { CONDITIONS, type Condition, MESSAGE_KINDS, messageLook, readPhase } from '../contract.ts'
import { classToken } from './picture/looks.ts'
import { isBack } from './titles.ts'

type Lane = ReturnType<LaneStyle['phase']>

/** The line of a lane by condition: thick is at work, dashed cannot go on. */
const LOOKS: Readonly<Record<Condition, Pick<Lane, 'color' | 'weight'>>> = {
  idle: { color: '--line-strong', weight: 'thin' },
  working: { color: '--accent', weight: 'thin' },
  saturated: { color: '--warn', weight: 'thick' },
  full: { color: '--bad', weight: 'thick' },
  blocked: { color: '--warn', weight: 'dashed' },
  held: { color: '--message-vote', weight: 'dashed' },
  down: { color: '--node-down', weight: 'dashed' },
}

const SHARES = [
  '',
  'an eighth',
  'a quarter',
  'three eighths',
  'half',
  'five eighths',
  'three quarters',
  'seven eighths',
]

/** A part's lane in the space-time diagram, and the messages between lanes: an item in the hue of its class. */
export const lane: LaneStyle = {
  phase(phase) {
    const { condition, eighths } = readPhase(phase)
    const name = CONDITIONS[condition] ?? 'idle'
    const share = SHARES[eighths] ?? ''
    return { ...LOOKS[name], label: share === '' || name === 'full' ? name : `${name}, ${share} full` }
  },
  message(label, value) {
    const kind = MESSAGE_KINDS[label]
    if (kind === 'item' || kind === 'segment') {
      const { class: itemClass, retry } = messageLook(value)
      return { color: classToken(itemClass), dashed: retry }
    }
    if (kind === 'answer') return { color: value > 0 ? '--bad' : '--ink-3', dashed: true }
    return { color: kind === 'demand' ? '--good' : '--ink-3', dashed: isBack(label) }
  },
}
