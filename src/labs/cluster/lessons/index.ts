import type { Lesson } from '../../../engine/lesson.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { acknowledged } from './acknowledged.ts'
import { coverage } from './coverage.ts'
import { election } from './election.ts'
import { keys } from './keys.ts'
import { moving } from './moving.ts'
import { suspicion } from './suspicion.ts'

/** The lessons of the lab, in the order in which they build on each other. */
export const lessons: readonly Lesson<ClusterProtocol>[] = [acknowledged, keys, suspicion, election, moving, coverage]
