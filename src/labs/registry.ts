import { cluster } from './cluster/manifest.ts'
import { floating } from './floating/manifest.ts'
import { flow } from './flow/manifest.ts'
import type { LabManifest } from './manifest.ts'
import { raft } from './raft/manifest.ts'

/** Every lab. A lab is deleted by removing its folder and its line here. */
export const labs: readonly LabManifest[] = [raft, cluster, floating, flow]
