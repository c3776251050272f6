import type { Lesson } from '../../../engine/lesson.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'
import { figure7 } from './figure-7.ts'
import { figure8 } from './figure-8.ts'
import { leaderDies } from './leader-dies.ts'
import { majority } from './majority.ts'

/** The lessons of the lab, in the order in which they build on each other. */
export const lessons: readonly Lesson<RaftProtocol>[] = [leaderDies, majority, figure7, figure8]
