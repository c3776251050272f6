import type { Corrections } from '../../../physics/corrections.ts'
import type { HullQuantity } from '../../../physics/hull/effects.ts'

/** The known defects of RAFT in words: what RAFT does, by the part of the model. */
interface Defect {
  readonly title: string
  readonly raft: string
}

/** Every one of them, in the order of the model. */
export const DEFECTS: Readonly<Record<keyof Corrections, Defect>> = {
  inclinedWaterline: {
    title: 'Inclined members at the waterline',
    raft: 'Stiffness and moment of a leaning member that pierces the water have a wrong sign and a wrong factor.',
  },
  taperedWaterline: {
    title: 'Tapered members at the waterline',
    raft: 'The diameter at the waterline of a tapered piece is interpolated between the wrong stations.',
  },
  stepInertia: {
    title: 'Steps in diameter',
    raft: 'A step in diameter, a piece without length, adds inertia of rotation.',
  },
  yawStiffness: {
    title: 'Additional yaw stiffness',
    raft: 'It counts in the natural frequencies alone, not in equilibrium and motion.',
  },
  coefficientLists: {
    title: 'Lists of coefficients',
    raft: 'A list with one coefficient for each station is read as one pair for all of them.',
  },
  rectangularStations: {
    title: 'Rectangular members with more than two stations',
    raft: 'RAFT refuses their wall thickness.',
  },
  rectangularFrusta: {
    title: 'Rectangular frusta',
    raft: 'Sides that do not change in the same proportion get the volume and centre of a pyramid.',
  },
  bulkheadStations: {
    title: 'Bulkheads at a step',
    raft: 'Two bulkheads at a step in diameter are given the wrong sides.',
  },
  rectangularEnds: {
    title: 'Ends of rectangular members',
    raft: 'The end of a rectangular member can have negative added mass.',
  },
  waveDensity: {
    title: 'Density under waves',
    raft: 'Wave pressure takes 1025 kg/m³, whatever the water at the site.',
  },
  rectangularAxialDrag: {
    title: 'Axial drag of rectangles',
    raft: 'The wetted girth is taken as 2 (d1 + d1) instead of 2 (d1 + d2).',
  },
  diffractionPhase: {
    title: 'Phase of diffraction',
    raft: 'The theory of MacCamy and Fuchs enters with the other sign of time.',
  },
  dragSources: {
    title: 'What drag is linearized about',
    raft: 'The motion in the first train of waves alone, without the other trains and the wind.',
  },
  towerBaseMoment: {
    title: 'Moment at the tower’s base',
    raft: 'The mean moment multiplies moments by lengths once too often.',
  },
  turbulence: { title: 'Turbulent wind', raft: 'Turbulence does not excite the platform.' },
  yawMisalignment: { title: 'Misaligned nacelle', raft: 'The rotor’s loads do not turn with the nacelle.' },
  parkedRotor: {
    title: 'Parked rotor',
    raft: 'A parked rotor has no drag, and a rotor outside of its table goes on.',
  },
  rotorSideForce: {
    title: 'Side force of the rotor',
    raft: 'The tangential load of a blade is taken in the wrong direction.',
  },
  rotorUnits: { title: 'Units of the rotor', raft: 'Degrees and revolutions are converted by 57.2958 and 0.1047.' },
  torqueGains: {
    title: 'Reported torque',
    raft: 'It follows the torque controller even where blade pitch controls.',
  },
  tensionStep: {
    title: 'Derivative of tensions',
    raft: 'The step is so wide that the derivative has not converged.',
  },
  mooringSite: {
    title: 'Water of the mooring',
    raft: 'Lines hang in 1025 kg/m³ and 9.81 m/s², whatever the site.',
  },
  lineInAir: {
    title: 'Lines that leave the water',
    raft: 'A line weighs more by its part under water, where it should be the part in air.',
  },
}

/** Units of the numbers of a hull. */
export const HULL_UNITS: Readonly<Record<HullQuantity, string>> = {
  mass: 'kg',
  displacement: 'm³',
  waterplane: 'm²',
  metacentre: 'm',
  heaveStiffness: 'N/m',
  rollStiffness: 'Nm/rad',
  pitchStiffness: 'Nm/rad',
  rollInertia: 'kg m²',
  pitchInertia: 'kg m²',
  yawInertia: 'kg m²',
  surgeAddedMass: 'kg',
  swayAddedMass: 'kg',
  heaveAddedMass: 'kg',
  pitchAddedMass: 'kg m²',
}
