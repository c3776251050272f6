import { termToken } from '../../../viz/palette.ts'
import type { LaneStyle } from '../../manifest.ts'
import { ROLES, readPhase } from '../contract.ts'
import { GLYPHS } from './glyphs.ts'

const PAUSED = 1
const DOWN = 2

/** A node's lane in the space-time diagram: the term is the hue, a leader is thick, who is down or paused is dashed. */
export const lane: LaneStyle = {
  phase(phase) {
    const { status, role, term } = readPhase(phase)
    const name = ROLES[role] ?? 'follower'
    if (status === DOWN) return { color: '--node-down', weight: 'dashed', label: 'down' }
    if (status === PAUSED) return { color: '--node-down', weight: 'dashed', label: `paused ${name}, term ${term}` }
    if (name === 'client') return { color: '--message-client', weight: 'thin', label: 'client' }
    return { color: termToken(term), weight: name === 'leader' ? 'thick' : 'thin', label: `${name}, term ${term}` }
  },
  message(label, value) {
    const look = GLYPHS[label]
    if (look === undefined) return { color: '--ink-3', dashed: false }
    return { color: look.color === 'term' ? termToken(value) : look.color, dashed: look.reply }
  },
}
