import { useMemo, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { unpackMotion } from '../../../physics/motion.ts'
import { PlotView } from '../../../ui/plot.tsx'
import { DOFS } from '../contract.ts'
import { useNowS, useShown } from './shown.ts'
import { isAngle, raoPlot, seaPlot, seriesPlot, spectrumPlot } from './spectra.ts'

/** Which degrees of freedom stand together in a plot: those of one unit. */
const GROUPS = [
  { id: 'translations', title: 'Surge, sway, heave', dofs: [0, 1, 2] },
  { id: 'rotations', title: 'Roll, pitch, yaw', dofs: [3, 4, 5] },
] as const

/** Seconds that the time series shows. */
const SPAN_S = 120
/** Amplitudes below this share of the greatest are left out of plots: a symmetric platform does not sway. */
const NEGLIGIBLE = 1e-3

/** How the platform answers the sea: per frequency, as a spectrum, over time. */
export function ResponsePanel({ session }: { readonly session: LabSession }) {
  const shown = useShown(session)
  const nowS = useNowS(session)
  const [group, setGroup] = useState<(typeof GROUPS)[number]>(GROUPS[0])
  const motion = shown?.motion ?? null
  const beforeTable = shown?.before?.motion ?? null
  const now = useMemo(() => (motion === null ? null : unpackMotion(motion)), [motion])
  const before = useMemo(() => (beforeTable === null ? null : unpackMotion(beforeTable)), [beforeTable])
  if (shown === null || now === null) return null
  const { figures } = shown.picture
  const stds = figures.dof.map(({ std }) => std)
  const most = Math.max(...group.dofs.map((dof) => stds[dof]!))
  const dofs = group.dofs.filter((dof) => stds[dof]! > NEGLIGIBLE * most)
  const names = group.dofs.filter((dof) => !dofs.includes(dof)).map((dof) => DOFS[dof])
  return (
    <div className="f-panel">
      <fieldset className="f-choice" aria-label="Degrees of freedom">
        {GROUPS.map((each) => (
          <button key={each.id} type="button" aria-pressed={each === group} onClick={() => setGroup(each)}>
            {each.title}
          </button>
        ))}
      </fieldset>
      {dofs.length === 0 ? (
        <p className="f-empty">
          Still water: nothing moves. Let waves come: <code>sea hs 6m tp 12s</code>, or <code>sea white</code> to see
          every resonance.
        </p>
      ) : (
        <>
          <PlotView plot={raoPlot(now, before, dofs, figures.periodsS)} />
          <PlotView plot={seaPlot(now)} height={130} />
          <PlotView plot={spectrumPlot(now, before, dofs, figures.periodsS)} />
          <PlotView plot={seriesPlot(shown.motion, dofs, nowS, SPAN_S)} height={170} />
        </>
      )}
      {names.length > 0 && dofs.length > 0 && (
        <p className="f-note">
          {names.join(' and ')} {isAngle(group.dofs[0]) ? 'hardly turns' : 'hardly moves'} in this sea and{' '}
          {names.length > 1 ? 'are' : 'is'} left out.
        </p>
      )}
    </div>
  )
}
