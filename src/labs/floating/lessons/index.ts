import type { Lesson } from '../../../engine/lesson.ts'
import type { FloatingProtocol } from '../machine.ts'
import { brokenLine } from './broken-line.ts'
import { drag } from './drag.ts'
import { heave } from './heave.ts'
import { pitchPeriod } from './pitch-period.ts'
import { thrust } from './thrust.ts'
import { upright } from './upright.ts'

/** The lessons of the lab, in the order in which they build on each other. */
export const lessons: readonly Lesson<FloatingProtocol>[] = [upright, pitchPeriod, heave, drag, thrust, brokenLine]
