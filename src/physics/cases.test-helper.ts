import type { LoadCase, WaveTrain } from './design/types.ts'

/** JONSWAP with IEC's gamma. */
export const sea = (heightM: number, periodS: number, headingDeg = 0): WaveTrain => ({
  spectrum: 'JONSWAP',
  periodS,
  heightM,
  headingDeg,
  gamma: 0,
})

/** A case with these waves, without wind and current. */
export const inWaves = (waves: readonly WaveTrain[], rest: Partial<LoadCase> = {}): LoadCase => ({
  windMps: 0,
  windHeadingDeg: 0,
  turbulence: 0,
  turbineStatus: 'operating',
  turbineHeadingDeg: 0,
  yawMisalignDeg: 0,
  waves,
  currentMps: 0,
  currentHeadingDeg: 0,
  aeroServoMode: 0,
  ...rest,
})
