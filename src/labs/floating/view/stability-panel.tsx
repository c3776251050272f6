import type { LabSession } from '../../../engine/client/session.ts'
import { PlotView } from '../../../ui/plot.tsx'
import { type Plot, plotNumber } from '../../../viz/plot.ts'
import type { StabilityCurve } from '../studies.ts'
import { ModeShapes } from './mode-shapes.tsx'
import { useStudy } from './study.ts'

const COLORS = { roll: '--term-3', pitch: '--term-4' } as const

function plotOf(curves: readonly StabilityCurve[]): Plot {
  return {
    title: 'Righting arm GZ',
    x: { label: 'Heel', unit: 'deg' },
    y: { label: 'Righting arm', unit: 'm' },
    series: curves.flatMap(({ axis, points, linear }) => [
      { id: axis, label: `about ${axis}`, color: COLORS[axis], look: 'line', points } as const,
      {
        id: `${axis} linear`,
        label: `GM sin φ, ${axis}`,
        color: COLORS[axis],
        look: 'dotted',
        points: linear,
      } as const,
    ]),
  }
}

/** Where the arm first falls to nothing: beyond it the platform does not come back. */
function vanishing({ points }: StabilityCurve): number | null {
  const at = points.findIndex(([heel, arm]) => heel > 0 && arm <= 0)
  return at < 0 ? null : points[at]![0]
}

function sentence(curve: StabilityCurve): string {
  const { axis, metacentricHeightM, points, ended } = curve
  if (metacentricHeightM <= 0) return `About ${axis} it does not stand: GM is ${plotNumber(metacentricHeightM)} m.`
  const [heel, arm] = points.reduce((best, point) => (point[1] > best[1] ? point : best), [0, 0] as const)
  const most = `About ${axis}: GM ${plotNumber(metacentricHeightM)} m, greatest arm ${plotNumber(arm)} m at ${plotNumber(heel)}°`
  const end = vanishing(curve)
  if (ended !== null) return `${most}; ${ended}.`
  return end === null
    ? `${most}; it comes back from every angle shown.`
    : `${most}; from ${plotNumber(end)}° on it falls over.`
}

/** How far it can heel and come back, computed on the solid shape without linearization; and how it swings. */
export function StabilityPanel({ session }: { readonly session: LabSession }) {
  const curves = useStudy(session, (solver, input) => solver.stability(input), 'stability')
  return (
    <div className="f-panel">
      {curves === null ? (
        <p className="f-empty">Computing the exact hydrostatics…</p>
      ) : (
        <>
          <PlotView plot={plotOf(curves)} height={230} />
          {curves.map((curve) => (
            <p key={curve.axis} className="f-note">
              {sentence(curve)}
            </p>
          ))}
        </>
      )}
      <ModeShapes session={session} />
    </div>
  )
}
