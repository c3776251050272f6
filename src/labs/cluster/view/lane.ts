import { hueOf, termToken } from '../../../viz/palette.ts'
import type { LaneStyle } from '../../manifest.ts'
import { ROLES, readPhase } from '../contract.ts'
import { GLYPHS } from './glyphs.ts'

const PAUSED = 1
const DOWN = 2

/** A node's lane in the space-time diagram: a master is thick and in its own hue, as its slots; who is out is dashed. */
export const lane: LaneStyle = {
  phase(phase, actor = 0) {
    const { status, role, down, epoch } = readPhase(phase)
    const name = ROLES[role] ?? 'alone'
    if (status === DOWN) return { color: '--node-down', weight: 'dashed', label: 'killed' }
    if (status === PAUSED) return { color: '--node-down', weight: 'dashed', label: `paused ${name}` }
    if (name === 'client' || name === 'terminal' || name === 'admin') {
      return { color: '--message-client', weight: 'thin', label: name }
    }
    const label = `${name}, epoch ${epoch}`
    if (down) return { color: '--bad', weight: 'dashed', label: `${label}, cluster down` }
    return name === 'master'
      ? { color: termToken(hueOf(actor)), weight: 'thick', label }
      : { color: '--line-strong', weight: 'thin', label }
  },
  message(label) {
    const look = GLYPHS[label]
    return look === undefined ? { color: '--ink-3', dashed: false } : { color: look.color, dashed: look.reply }
  },
}
