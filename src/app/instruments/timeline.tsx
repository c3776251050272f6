import { BranchStrip } from './branches.tsx'
import { Diagram } from './diagram.tsx'
import type { InstrumentProps } from './props.ts'
import { Transport } from './transport.tsx'
import './timeline.css'

/** Time: the transport, the space-time diagram that is also the scrubber, and the branches. */
export function Timeline({ session, labView }: InstrumentProps) {
  return (
    <div className="i-timeline">
      <div className="i-timeline-inner">
        <Transport session={session} />
        <div className="i-timeline-main">
          <Diagram session={session} lane={labView.lane} />
          <BranchStrip session={session} />
        </div>
      </div>
    </div>
  )
}
