import { useEffect, useRef, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import type { Vec3 } from '../../../physics/design/types.ts'
import { reducedMotion } from '../../../ui/motion.ts'
import { plotNumber } from '../../../viz/plot.ts'
import { onFrame } from '../../../viz/scheduler.ts'
import { DOFS, type MemberPicture, type Picture } from '../contract.ts'
import { boxOf, silhouettes } from './shapes.ts'
import { useShown } from './shown.ts'

/** Rotation of the largest part of a mode, degrees, and its translation as a share of the picture. */
const SWING_DEG = 8
const SHIFT = 0.06

/** The natural modes, each swinging as its eigenvector says. */
export function ModeShapes({ session }: { readonly session: LabSession }) {
  const shown = useShown(session)
  const [mode, setMode] = useState(4)
  if (shown === null) return null
  const { picture } = shown
  const { periodsS, modes } = picture.figures
  const parts = DOFS.map((name, dof) => ({ name, share: Math.abs(modes[dof * 6 + mode]!) }))
  const greatest = Math.max(...parts.map(({ share }) => share))
  const mixed = parts.filter(({ share }) => share > 0.02 * greatest).map(({ name }) => name)
  return (
    <section className="f-modes" aria-label="Natural modes">
      <h3>Natural modes</h3>
      <fieldset className="f-choice f-modes-choice" aria-label="Mode">
        {DOFS.map((name, at) => (
          <button key={name} type="button" aria-pressed={at === mode} onClick={() => setMode(at)}>
            {name}
            <small>{plotNumber(periodsS[at]!)} s</small>
          </button>
        ))}
      </fieldset>
      <Swing picture={picture} mode={mode} />
      <p className="f-note">
        {mixed.length > 1 ? `It mixes ${mixed.join(' and ')}.` : `Pure ${mixed[0]}.`} Seen{' '}
        {mode === 3 || mode === 1 ? 'from behind' : mode === 5 ? 'from above' : 'from the side'}, amplitude not to
        scale.
      </p>
    </section>
  )
}

/** Which two axes of the frame the picture shows, and about which degree of freedom it turns. */
const VIEWS = {
  side: { across: 0, up: 2, turn: 4 },
  behind: { across: 1, up: 2, turn: 3 },
  above: { across: 0, up: 1, turn: 5 },
} as const

const viewOfMode = (mode: number): keyof typeof VIEWS =>
  mode === 5 ? 'above' : mode === 1 || mode === 3 ? 'behind' : 'side'

/** The platform seen from behind: a quarter of a turn about z puts y where x was. */
const turned = ([x, y, z]: Vec3): Vec3 => [y, -x, z]
const fromBehind = (member: MemberPicture): MemberPicture => ({
  ...member,
  endA: turned(member.endA),
  endB: turned(member.endB),
  p1: turned(member.p1),
  p2: turned(member.p2),
})

function Swing({ picture, mode }: { readonly picture: Picture; readonly mode: number }) {
  const group = useRef<SVGGElement>(null)
  const view = viewOfMode(mode)
  const plane = view === 'above' ? 'plan' : 'side'
  const { across, up, turn } = VIEWS[view]
  const members = view === 'behind' ? picture.members.map(fromBehind) : picture.members
  const shapes = members.flatMap((member) => silhouettes(plane, member)).filter((points) => points !== '')
  const box = boxOf({ ...picture, members, lines: [], turbine: null }, plane, view === 'above' ? 'hull' : 'whole')
  const high = Math.max(box.top, ...(view === 'above' ? [] : members.map(({ endB }) => endB[2])))
  const margin = 0.15 * Math.max(box.right - box.left, high - box.bottom)
  const size = Math.max(box.right - box.left, high - box.bottom)
  const { modes, periodsS } = picture.figures
  const part = (dof: number): number => modes[dof * 6 + mode]!
  const inDegrees = (dof: number): number => (part(dof) * 180) / Math.PI
  // The largest part is shown at full size: a translation as a share of the picture, a rotation as an angle.
  const scale = Math.max(
    ...[0, 1, 2].map((dof) => Math.abs(part(dof)) / (SHIFT * size)),
    ...[3, 4, 5].map((dof) => Math.abs(inDegrees(dof)) / SWING_DEG),
  )
  const x = part(across) / scale
  const y = part(up) / scale
  const angle = ((turn === 4 || turn === 3 ? 1 : -1) * inDegrees(turn)) / scale
  const period = Math.min(6, Math.max(1.5, periodsS[mode]! / 5))
  useEffect(() => {
    const place = (swing: number) =>
      group.current?.setAttribute('transform', `translate(${x * swing} ${-y * swing}) rotate(${angle * swing})`)
    if (reducedMotion()) {
      place(1)
      return
    }
    return onFrame('draw', (nowMs) => place(Math.sin((nowMs / 1000 / period) * 2 * Math.PI)))
  }, [x, y, angle, period])
  const left = box.left - margin
  return (
    <svg
      className="f-swing"
      viewBox={`${left} ${-high - margin} ${box.right - left + margin} ${high - box.bottom + 2 * margin}`}
      role="img"
      aria-label={`Mode of ${DOFS[mode]}, period ${plotNumber(periodsS[mode]!)} seconds`}
    >
      {view !== 'above' && <line className="f-swing-water" x1={left} x2={box.right + margin} y1={0} y2={0} />}
      <g className="f-swing-rest">
        {shapes.map((points) => (
          <polygon key={points} points={points} />
        ))}
      </g>
      <g ref={group} className="f-swing-body">
        {shapes.map((points) => (
          <polygon key={points} points={points} />
        ))}
      </g>
    </svg>
  )
}
