import { actorAt } from '../../../../engine/frame.ts'
import type { Palette } from '../../../../viz/palette.ts'
import { ACTOR } from '../../frame.ts'
import type { FlowLayout } from './layout.ts'

/** What is thrown away falls out below its vessel. So many are drawn; the counter beside it says how many there were. */

export interface Drops {
  paint(on: CanvasRenderingContext2D, frame: Float64Array, nowMs: number, reduced: boolean): void
}

const PER_FRAME = 3
const FALLING_MAX = 256
const FALL_MS = 650
const SHADES = 3

export function createDrops(layout: FlowLayout, palette: Palette): Drops {
  const actors = layout.boxes.length
  const before = new Float64Array(actors).fill(Number.NaN)
  const births = new Float64Array(FALLING_MAX).fill(Number.NEGATIVE_INFINITY)
  const xs = new Float32Array(FALLING_MAX)
  const ys = new Float32Array(FALLING_MAX)
  let next = 0
  const depths = new Float32Array(FALLING_MAX)

  function add(actor: number, dropped: number, nowMs: number): void {
    const { tank, y, height, captions } = layout.boxes[actor]!
    for (let each = 0; each < dropped; each += 1) {
      births[next] = nowMs - each * 40
      // Golden section: neighbours in time fall apart from each other.
      xs[next] = tank.x + 4 + ((next * 0.618) % 1) * Math.max(1, tank.width - 8)
      ys[next] = y + height
      depths[next] = layout.line * Math.min(2, captions + 0.4)
      next = (next + 1) % FALLING_MAX
    }
  }

  return {
    paint(on, frame, nowMs, reduced) {
      for (let actor = 0; actor < actors; actor += 1) {
        const dropped = frame[actorAt(frame, actor) + ACTOR.dropped]!
        const more = dropped - before[actor]!
        if (more > 0 && !reduced) add(actor, Math.min(more, PER_FRAME), nowMs)
        before[actor] = dropped
      }
      on.fillStyle = palette.bad
      for (let shade = 0; shade < SHADES; shade += 1) {
        on.globalAlpha = 1 - shade / SHADES
        for (let each = 0; each < FALLING_MAX; each += 1) {
          const share = (nowMs - births[each]!) / FALL_MS
          if (share >= 1 || Math.floor(share * SHADES) !== shade) continue
          const side = 5 - 2 * share
          on.fillRect(xs[each]! - side / 2, ys[each]! + depths[each]! * share * share, side, side)
        }
      }
      on.globalAlpha = 1
    },
  }
}
