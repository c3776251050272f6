/**
 * The known defects of RAFT HEAD, each with its switch (section 6 of the lab's MODEL.md says what each one is). `true` computes what is
 * right, `false` what RAFT computes. Parity tests run with {@link AS_RAFT}; everybody else with {@link CORRECTED}.
 */
export interface Corrections {
  /** Stiffness and moment of an inclined member through the waterline: sign of C34 and C35, factor d2/4 of the moment. */
  readonly inclinedWaterline: boolean
  /** The diameter at the waterline of a tapered interval is interpolated between the right stations. */
  readonly taperedWaterline: boolean
  /** A step in diameter (zero-length interval) adds no rotational inertia. */
  readonly stepInertia: boolean
  /** The extra yaw stiffness acts in equilibrium and dynamics, not only in the natural frequencies. */
  readonly yawStiffness: boolean
  /** One-dimensional per-station coefficient lists are one value a station. */
  readonly coefficientLists: boolean
  /** Wall thickness of rectangular members with more than two stations; RAFT refuses them. */
  readonly rectangularStations: boolean
  /** Volume and centre of a rectangular frustum whose sides do not change in the same proportion (RAFT takes a pyramid's). */
  readonly rectangularFrusta: boolean
  /** Two bulkheads at a step in diameter have the diameters of their own sides and lie below and above it. */
  readonly bulkheadStations: boolean
  /** The end of a rectangular member has no negative added mass. */
  readonly rectangularEnds: boolean
  /** Wave pressure uses the site's water density instead of 1025 kg/m3. */
  readonly waveDensity: boolean
  /** The axial drag area of a rectangle is its perimeter 2 (d1 + d2), not 2 (d1 + d1). */
  readonly rectangularAxialDrag: boolean
  /** Diffraction (MacCamy and Fuchs) has the phase of the time factor exp(+i w t) that everything else has. */
  readonly diffractionPhase: boolean
  /** Drag is linearized about the motion in all trains of waves and in wind, not only in the first train. */
  readonly dragSources: boolean
  /**
   * The moment at the tower's base has the rotor's answer to every motion and to gusts, and the mean that weight and rotor loads have. RAFT
   * HEAD leaves out surge and gusts, and in the mean it multiplies moments by lengths once too often.
   */
  readonly towerBaseMoment: boolean
  /** Turbulent wind excites the platform. */
  readonly turbulence: boolean
  /** A misaligned nacelle turns the rotor's loads. */
  readonly yawMisalignment: boolean
  /** A parked rotor has drag, and outside of its table of operation a rotor is parked. */
  readonly parkedRotor: boolean
  /** Forces across the shaft: the tangential load drives a blade against the direction that CCBlade takes it for. */
  readonly rotorSideForce: boolean
  /** Unit conversions of the rotor are exact instead of 57.2958 and 0.1047. */
  readonly rotorUnits: boolean
  /** The reported torque follows the gains that act; RAFT HEAD reports that of the torque controller even where blade pitch controls. */
  readonly torqueGains: boolean
  /** The step of the tension's derivative is small enough for the derivative to have converged. */
  readonly tensionStep: boolean
  /** Mooring lines hang in the site's water and gravity; RAFT leaves MoorPy's 1025 kg/m3 and 9.81 m/s2. */
  readonly mooringSite: boolean
  /** A line that sticks out of the water weighs more by its part in the air; MoorPy takes the part in the water for it. */
  readonly lineInAir: boolean
}

/** RAFT HEAD, defects and all. */
export const AS_RAFT: Corrections = {
  inclinedWaterline: false,
  taperedWaterline: false,
  stepInertia: false,
  yawStiffness: false,
  coefficientLists: false,
  rectangularStations: false,
  rectangularFrusta: false,
  bulkheadStations: false,
  rectangularEnds: false,
  waveDensity: false,
  rectangularAxialDrag: false,
  diffractionPhase: false,
  dragSources: false,
  towerBaseMoment: false,
  turbulence: false,
  yawMisalignment: false,
  parkedRotor: false,
  rotorSideForce: false,
  rotorUnits: false,
  torqueGains: false,
  tensionStep: false,
  mooringSite: false,
  lineInAir: false,
}

/** What is right. */
export const CORRECTED: Corrections = {
  inclinedWaterline: true,
  taperedWaterline: true,
  stepInertia: true,
  yawStiffness: true,
  coefficientLists: true,
  rectangularStations: true,
  rectangularFrusta: true,
  bulkheadStations: true,
  rectangularEnds: true,
  waveDensity: true,
  rectangularAxialDrag: true,
  diffractionPhase: true,
  dragSources: true,
  towerBaseMoment: true,
  turbulence: true,
  yawMisalignment: true,
  parkedRotor: true,
  rotorSideForce: true,
  rotorUnits: true,
  torqueGains: true,
  tensionStep: true,
  mooringSite: true,
  lineInAir: true,
}
