import type { Corrections } from '../corrections.ts'
import type { Rotor } from '../design/types.ts'
import type { Blade } from './blade.ts'
import { type ElementLoads, elementLoads, type Inflow, noLoads, type RotorState } from './element.ts'

/** How the rotor runs and stands in the wind. */
export interface Operation {
  /** At hub height, m/s. */
  readonly windMps: number
  readonly rotorRpm: number
  readonly pitchDeg: number
  /** Upwards tilt of an upwind rotor's shaft, in the plane of the shaft. */
  readonly tiltRad: number
  /** Heading of the shaft relative to the wind. */
  readonly yawRad: number
  readonly state: RotorState
}

/** One load with its derivatives. */
export interface Sensitive {
  readonly value: number
  /** Per m/s of wind. */
  readonly perWind: number
  /** Per turn a minute. */
  readonly perRpm: number
  /** Per degree of blade pitch. */
  readonly perPitchDeg: number
}

/** Loads of the whole rotor at the hub, averaged over a turn, in the shaft's directions (x downwind along it, z up), N and Nm. */
export interface RotorLoads {
  readonly thrust: Sensitive
  readonly torque: Sensitive
  readonly powerW: number
  /** Thrust and the forces across the shaft. */
  readonly force: readonly [number, number, number]
  /** Torque and the moments across the shaft. */
  readonly moment: readonly [number, number, number]
}

/** A rotor turned into numbers. */
export interface RotorModel {
  readonly rotor: Rotor
  readonly blade: Blade
  readonly hubHeightM: number
}

/** Azimuths over which loads are averaged: one is enough only when wind and rotor are symmetric about the shaft (CCBlade). */
function sectorsOf({ rotor }: RotorModel, { tiltRad, yawRad }: Operation): number {
  return tiltRad === 0 && yawRad === 0 && rotor.windShear === 0 ? 1 : Math.max(4, rotor.sectors)
}

/** Wind at every element of a blade at one azimuth, and how it changes with the wind and with the rotor's speed. */
interface Winds {
  readonly axial: Float64Array
  readonly tangential: Float64Array
  /** Per m/s at the hub. */
  readonly axialPerWind: Float64Array
  readonly tangentialPerWind: Float64Array
  /** Per rad/s. */
  readonly axialPerSpeed: Float64Array
  readonly tangentialPerSpeed: Float64Array
}

/** CCBlade, bem.f90: windComponents. Power-law profile; a negative height (blade below the ground) has no wind. */
function windsAt({ rotor, blade, hubHeightM }: RotorModel, run: Operation, azimuthRad: number): Winds {
  const n = blade.sections.length
  const empty = (): Float64Array => new Float64Array(n)
  const winds: Winds = {
    axial: empty(),
    tangential: empty(),
    axialPerWind: empty(),
    tangentialPerWind: empty(),
    axialPerSpeed: empty(),
    tangentialPerSpeed: empty(),
  }
  const [sy, cy] = [Math.sin(run.yawRad), Math.cos(run.yawRad)]
  const [st, ct] = [Math.sin(run.tiltRad), Math.cos(run.tiltRad)]
  const [sa, ca] = [Math.sin(azimuthRad), Math.cos(azimuthRad)]
  const omega = (run.rotorRpm * Math.PI) / 30
  for (let i = 0; i < n; i += 1) {
    const height = (blade.y[i]! * sa + blade.z[i]! * ca) * ct - blade.x[i]! * st
    const profile = Math.max(1 + height / hubHeightM, 0) ** rotor.windShear
    const [sc, cc] = [blade.coneSin[i]!, blade.coneCos[i]!]
    winds.axialPerWind[i] = profile * ((cy * st * ca + sy * sa) * sc + cy * ct * cc)
    winds.tangentialPerWind[i] = profile * (cy * st * sa - sy * ca)
    winds.axialPerSpeed[i] = -blade.y[i]! * sc
    winds.tangentialPerSpeed[i] = blade.z[i]!
    winds.axial[i] = run.windMps * winds.axialPerWind[i]! + omega * winds.axialPerSpeed[i]!
    winds.tangential[i] = run.windMps * winds.tangentialPerWind[i]! + omega * winds.tangentialPerSpeed[i]!
  }
  return winds
}

/** Loads along one blade at one azimuth, hub to tip (CCBlade.distributedAeroLoads). */
export function bladeLoads(model: RotorModel, run: Operation, azimuthRad: number): ElementLoads[] {
  const winds = windsAt(model, run, azimuthRad)
  return model.blade.sections.map((section, i) => {
    const out = noLoads()
    const inflow: Inflow = {
      axial: winds.axial[i]!,
      tangential: winds.tangential[i]!,
      pitchRad: (run.pitchDeg * Math.PI) / 180,
      state: run.state,
    }
    elementLoads(section, inflow, model.rotor.airDensity, out)
    return out
  })
}

/** Sums that grow over elements and azimuths. */
interface Sums {
  thrust: [number, number, number, number]
  torque: [number, number, number, number]
  sideY: number
  sideZ: number
  momentY: number
  momentZ: number
}

/**
 * Loads of all blades, averaged over a turn (CCBlade.evaluate). A blade runs against its own y, in which CCBlade takes the tangential load
 * for a force; the drag of a rotor that stands still shows the sign. With a single azimuth nothing acts across the shaft, whatever that one
 * blade feels.
 */
export function rotorLoads(model: RotorModel, run: Operation, { rotorSideForce }: Corrections): RotorLoads {
  const sums: Sums = { thrust: [0, 0, 0, 0], torque: [0, 0, 0, 0], sideY: 0, sideZ: 0, momentY: 0, momentZ: 0 }
  const sectors = sectorsOf(model, run)
  for (let sector = 0; sector < sectors; sector += 1)
    addSector(model, run, (2 * Math.PI * sector) / sectors, rotorSideForce ? -1 : 1, sums)
  const share = model.rotor.blades / sectors
  const across = sectors === 1 && rotorSideForce ? 0 : share
  const sensitive = ([value, perWind, perRpm, perPitchDeg]: Sums['thrust']): Sensitive => ({
    value: share * value,
    perWind: share * perWind,
    perRpm: share * perRpm,
    perPitchDeg: share * perPitchDeg,
  })
  const thrust = sensitive(sums.thrust)
  const torque = sensitive(sums.torque)
  return {
    thrust,
    torque,
    powerW: (torque.value * run.rotorRpm * Math.PI) / 30,
    force: [thrust.value, across * sums.sideY, across * sums.sideZ],
    moment: [torque.value, across * sums.momentY, across * sums.momentZ],
  }
}

function addSector(model: RotorModel, run: Operation, azimuthRad: number, ahead: 1 | -1, sums: Sums): void {
  const { blade, rotor } = model
  const winds = windsAt(model, run, azimuthRad)
  const loads = noLoads()
  const inflow: Inflow = {
    axial: 0,
    tangential: 0,
    pitchRad: (run.pitchDeg * Math.PI) / 180,
    state: run.state,
  }
  let [side, radial, flap] = [0, 0, 0]
  for (let i = 0; i < blade.sections.length; i += 1) {
    inflow.axial = winds.axial[i]!
    inflow.tangential = winds.tangential[i]!
    elementLoads(blade.sections[i]!, inflow, rotor.airDensity, loads)
    addElement(sums.thrust, blade.thrustWeight[i]!, loads.normal, loads.normalSlopes, winds, i)
    addElement(sums.torque, blade.torqueWeight[i]!, loads.tangential, loads.tangentialSlopes, winds, i)
    side += ahead * blade.sideWeight[i]! * loads.tangential
    radial += blade.radialWeight[i]! * loads.normal
    flap += blade.flapWeight[i]! * loads.normal
  }
  const [sa, ca] = [Math.sin(azimuthRad), Math.cos(azimuthRad)]
  sums.sideY += side * ca - radial * sa
  sums.sideZ += radial * ca + side * sa
  sums.momentY += flap * ca
  sums.momentZ += flap * sa
}

function addElement(
  sum: Sums['thrust'],
  weight: number,
  load: number,
  [perAxial, perTangential, perPitch]: readonly [number, number, number],
  winds: Winds,
  i: number,
): void {
  sum[0] += weight * load
  sum[1] += weight * (perAxial * winds.axialPerWind[i]! + perTangential * winds.tangentialPerWind[i]!)
  const perSpeed = perAxial * winds.axialPerSpeed[i]! + perTangential * winds.tangentialPerSpeed[i]!
  sum[2] += (weight * perSpeed * Math.PI) / 30
  sum[3] += (weight * perPitch * Math.PI) / 180
}
