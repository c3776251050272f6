import { Suspense } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { useLab } from './context.ts'
import { Compare } from './instruments.tsx'

/** Two futures side by side, with the first difference. */
export function CompareSheet() {
  const lab = useLab()
  return (
    <Dialog open title="Two futures side by side" width="wide" onClose={() => lab.show(null)}>
      <Suspense fallback={null}>
        <Compare session={lab.session} labView={lab.view} allow={null} />
      </Suspense>
    </Dialog>
  )
}
