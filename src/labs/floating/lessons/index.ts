import type { Lesson } from '../../../engine/lesson.ts'
import type { FloatingProtocol } from '../machine.ts'
import { upright } from './upright.ts'

/** The lessons of the lab, in the order in which they build on each other. */
export const lessons: readonly Lesson<FloatingProtocol>[] = [upright]
