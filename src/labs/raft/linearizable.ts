import type { Invariant } from '../../machine/invariant.ts'
import type { RaftProtocol } from '../../protocols/raft/types.ts'

export const linearizable: Invariant<RaftProtocol, null> = {
  id: 'linearizable',
  title: 'Linearizable',
  source: 'Herlihy and Wing 1990',
  meaning: 'x',
  init: () => null,
  step: (memory) => memory,
}
