import type { Lesson } from '../../../engine/lesson.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { biggerBuffer } from './bigger-buffer.ts'
import { credits } from './credits.ts'
import { ownLimit } from './own-limit.ts'
import { saturation } from './saturation.ts'
import { storm } from './storm.ts'
import { whoWaits } from './who-waits.ts'

/** The lessons of the lab, in the order in which they build on each other. */
export const lessons: readonly Lesson<FlowProtocol>[] = [storm, saturation, biggerBuffer, whoWaits, credits, ownLimit]
