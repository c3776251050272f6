import type { Lesson } from '../../../engine/lesson.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'

export const lessons: readonly Lesson<RaftProtocol>[] = []
