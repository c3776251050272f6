import type { Projection, Sheet } from '../../engine/lab.ts'
import { channelsOf } from '../../physics/beyond/channels.ts'
import { extremes } from '../../physics/beyond/extremes.ts'
import { dimensionsOf, writable } from '../../physics/design/dimensions.ts'
import { tanksOf, waterIn } from '../../physics/design/tanks.ts'
import type { Vec3 } from '../../physics/design/types.ts'
import { pointsAlong } from '../../physics/mooring/line.ts'
import { elevationAt } from '../../physics/motion.ts'
import type { Statistic } from '../../physics/solution.ts'
import type { Simulation } from '../../sim/simulation.ts'
import {
  CONDITIONS,
  type Figures,
  type FloatingView,
  type LinePicture,
  type MemberPicture,
  type Picture,
  packText,
  SHEETS,
  type TankPicture,
  type TurbinePicture,
} from './contract.ts'
import { ACTOR, LINE_POINTS, LINES_MAX, lineAt } from './frame.ts'
import type { FloatingProtocol, PlatformState } from './machine.ts'
import { motionTable, poseOf } from './motion.ts'
import type { PlatformInput, Solved } from './platform.ts'
import { degrees } from './rules.ts'

/** From the solved platform to the screen. */

/** The storm that extremes are told for. */
const THREE_HOURS_S = 10_800

type Sim = Simulation<FloatingProtocol>

export const projection: Projection<FloatingProtocol, FloatingView> = {
  actorStride: ACTOR.size,
  actor(world, actor, frame, offset, nowUs) {
    const state = world.state(actor)!
    const pose = poseOf(state.solved, world.plan.seed, nowUs)
    frame[offset + ACTOR.status] = 0
    frame[offset + ACTOR.condition] = CONDITIONS.indexOf(state.failure === null ? 'afloat' : 'failed')
    frame[offset + ACTOR.revision] = state.revision
    frame.set(pose, offset + ACTOR.pose)
    writeLines(state.solved, pose, frame, offset)
  },
  view: (world) => viewOf(world, world.state(0)!),
  sheets: (world) => sheetsOf(world.state(0)!, world.plan.seed),
}

/** The lines as they hang when the platform is there: quasi-static, as in the model. */
function writeLines({ input, prepared }: Solved, pose: Float64Array, frame: Float64Array, offset: number): void {
  const lines = input.design.mooring?.lines ?? []
  const count = prepared.mooring === null ? 0 : Math.min(lines.length, LINES_MAX)
  frame[offset + ACTOR.lines] = count
  if (prepared.mooring === null) return
  const state = prepared.mooring.at(pose, { broken: input.brokenLines })
  for (let line = 0; line < count; line++) {
    const at = lineAt(offset, line)
    const solved = state.lines[line]!
    const broken = input.brokenLines.includes(line)
    frame[at] = broken ? -1 : solved.tensionB
    if (broken) continue
    for (const [point, { x, y, z }] of pointsAlong(solved, LINE_POINTS).entries())
      frame.set([x, y, z], at + 1 + 3 * point)
  }
}

function viewOf(world: Sim, state: PlatformState): FloatingView {
  const { solved, failure } = state
  const seed = world.plan.seed
  const pose = poseOf(solved, seed, world.now)
  return {
    revision: state.revision,
    title: state.input.design.name,
    failure: failure === null ? null : { kind: failure.kind, message: failure.message },
    pose: [...pose].map((value, at) => (at < 3 ? value : degrees(value))),
    elevationM: elevationAt(motionTable(solved, seed), 0, 0, world.now / 1e6),
    summary: failure === null ? summaryOf(solved) : `No solution: ${failure.message}`,
  }
}

function summaryOf({ solution, modes, input }: Solved): string {
  const { dof, tension } = solution.statistics
  const [surge, heave, pitch] = [dof[0]!, dof[2]!, dof[4]!]
  const most = Math.max(0, ...tension.map(({ max }) => max))
  const lines = input.design.mooring === null ? 'no lines' : `lines up to ${Math.round(most / 1000)} kN`
  return (
    `surge ${signed(surge.avg)} ± ${surge.std.toFixed(2)} m, heave ± ${heave.std.toFixed(2)} m, ` +
    `pitch ${signed(pitch.avg)} ± ${pitch.std.toFixed(2)} deg, ${lines}; ` +
    `natural periods of heave ${modes.periodS[2]!.toFixed(1)} s and pitch ${modes.periodS[4]!.toFixed(1)} s`
  )
}

const signed = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 1)

/** Sheets are made from the state: they travel when an act has changed it. */
function sheetsOf(state: PlatformState, seed: number): readonly Sheet[] {
  const { solved } = state
  return [
    { id: SHEETS.picture, from: [state], write: () => packText(JSON.stringify(pictureOf(state))) },
    { id: SHEETS.motion, from: [solved, seed], write: () => motionTable(solved, seed).slice().buffer },
    { id: SHEETS.input, from: [state.input], write: () => packText(JSON.stringify(portable(state.input))) },
  ]
}

/** The input as JSON: what the solver beside the page gets. Maps become pairs. */
export const portable = (input: PlatformInput) => ({ ...input, flooded: [...input.flooded], parts: [] })

/** What {@link portable} makes. */
export type PortableInput = ReturnType<typeof portable>

/** The input that {@link portable} was made of. */
export const unpacked = (input: PortableInput): PlatformInput => ({ ...input, flooded: new Map(input.flooded) })

/** The solved design in a form that can be drawn. */
export function pictureOf(state: PlatformState): Picture {
  const { solved } = state
  const { input, prepared } = solved
  const { loads, design } = input
  return {
    revision: state.revision,
    title: design.name,
    stale: state.failure !== null,
    corrections: input.corrections,
    sea: loads.waves.map(({ spectrum, heightM, periodS, headingDeg }) => ({ spectrum, heightM, periodS, headingDeg })),
    wind: { mps: loads.windMps, headingDeg: loads.windHeadingDeg, turbulence: loads.turbulence },
    current: { mps: loads.currentMps, headingDeg: loads.currentHeadingDeg },
    parked: loads.turbineStatus === 'parked',
    waterDepthM: design.site.waterDepthM,
    members: prepared.hull.members.map((member): MemberPicture => {
      const made = member.design < 0 ? design.turbine?.tower : design.platform.members[member.design]
      const { name, part, shape, endA, endB, p1, p2, stationsM, sidesM } = member
      const id = `${name} ${member.headingDeg}`
      const key = part === 'platform' ? writable(name) : ''
      return { id, name, part, shape, endA, endB, p1, p2, stationsM, sidesM, fillM: made?.fillM ?? [], key }
    }),
    lines: linesOf(solved, state.input.brokenLines),
    turbine: turbineOf(solved),
    tanks: tankPictures(state.input),
    dimensions: dimensionsOf(state.input.design).map(({ name, title, unit, value, min, max }) => ({
      name,
      title,
      unit,
      value,
      min,
      max,
    })),
    figures: figuresOf(solved),
  }
}

/** `cut` are the lines that are broken now, also when there is no solution without them. */
function linesOf({ input, prepared, solution }: Solved, cut: readonly number[]): readonly LinePicture[] {
  const { mooring } = input.design
  if (mooring === null || prepared.mooring === null) return []
  const state = prepared.mooring.at(solution.rest.pose, { broken: input.brokenLines })
  const place = (point: string) => mooring.points.find(({ name }) => name === point)!.location
  const count = mooring.lines.length
  return mooring.lines.map((line, at): LinePicture => {
    const broken = cut.includes(at)
    const hangs = !broken && !input.brokenLines.includes(at)
    const solved = state.lines[at]!
    return {
      name: line.name,
      broken,
      ends: [place(line.endA), place(line.endB)],
      points: hangs ? pointsAlong(solved, LINE_POINTS).map(({ x, y, z }): Vec3 => [x, y, z]) : [],
      onBedM: solved.onBedM,
      tension: hangs ? (solution.statistics.tension[count + at] ?? null) : null,
      breakingLoadN: mooring.types.find(({ name }) => name === line.type)?.breakingLoadN ?? null,
    }
  })
}

function turbineOf({ input, solution }: Solved): TurbinePicture | null {
  const { turbine } = input.design
  if (turbine === null) return null
  const tilt = (turbine.shaftTiltDeg * Math.PI) / 180
  return {
    hub: [turbine.overhangM * Math.cos(tilt), 0, turbine.hubHeightM],
    rotorRadiusM: turbine.rotor?.tipRadiusM ?? null,
    rotorRpm: solution.rotor?.run.rotorRpm ?? 0,
    tiltDeg: turbine.shaftTiltDeg,
  }
}

const tankPictures = ({ design, flooded }: PlatformInput): readonly TankPicture[] =>
  tanksOf(design).map((tank) => {
    const { number, title, volumeM3, member, headingDeg, interval } = tank
    const floodedPermille = flooded.get(number) ?? 0
    const water = waterIn(tank, floodedPermille / 1000)
    return { number, title, volumeM3, floodedPermille, member: `${member.name} ${headingDeg}`, interval, water }
  })

function figuresOf({ prepared, modes, solution }: Solved): Figures {
  const { statics } = prepared.hull
  const { statistics, rest } = solution
  return {
    massKg: statics.massKg,
    displacedM3: statics.displacedM3,
    centreOfGravity: statics.centreOfGravity,
    centreOfBuoyancy: statics.centreOfBuoyancy,
    waterplaneAreaM2: statics.waterplaneAreaM2,
    metacentricHeightM: statics.metacentreM - statics.centreOfGravity[2],
    periodsS: [...modes.periodS],
    modes: [...modes.shape],
    meanPose: [...rest.pose],
    dof: statistics.dof,
    nacelle: statistics.nacelleAcceleration as readonly Statistic[] | null,
    towerBaseMoment: statistics.towerBaseMoment,
    threeHours: Object.fromEntries(
      channelsOf(prepared, solution).map(({ name, amplitudes }) => [
        name,
        extremes(amplitudes, prepared.grid.w, THREE_HOURS_S).mostProbable,
      ]),
    ),
    iterations: solution.iterations,
    converged: solution.converged,
    dw: prepared.grid.dw,
    hydrostaticStiffness: [...statics.hydrostaticStiffness],
    mooringStiffness: [...rest.mooringStiffness],
  }
}
