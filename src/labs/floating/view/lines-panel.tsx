import { useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { PlotView } from '../../../ui/plot.tsx'
import { type Plot, plotNumber } from '../../../viz/plot.ts'
import type { Picture } from '../contract.ts'
import { useShown } from './shown.ts'
import { useStudy } from './study.ts'
import { TableHead } from './table-head.tsx'

const color = (line: number): string => `--term-${line % 7}`

/** Every line in its own vertical plane: distance from its end A, height over the still water. */
function profilePlot({ lines, waterDepthM }: Picture): Plot {
  return {
    title: 'Lines in their planes',
    x: { label: 'Distance from the anchor', unit: 'm' },
    y: { label: 'Height', unit: 'm', domain: [-waterDepthM, 5] },
    series: lines.flatMap(({ name, points }, at) => {
      const [first] = points
      if (first === undefined) return []
      const along = points.map(([x, y, z]) => [Math.hypot(x - first[0], y - first[1]), z] as const)
      return [
        { id: name, label: name, color: color(at), look: at % 2 === 0 ? 'line' : 'dashed', points: along } as const,
      ]
    }),
  }
}

/** The mooring from above. */
function planPlot({ lines }: Picture): Plot {
  const reach = Math.max(1, ...lines.flatMap(({ points }) => points.flatMap(([x, y]) => [Math.abs(x), Math.abs(y)])))
  return {
    title: 'Lines from above',
    x: { label: 'x, downwind', unit: 'm', domain: [-reach, reach] },
    y: { label: 'y', unit: 'm', domain: [-reach, reach] },
    series: lines.flatMap(({ name, points }, at) =>
      points.length === 0
        ? []
        : [
            {
              id: name,
              label: name,
              color: color(at),
              look: 'line',
              points: points.map(([x, y]) => [x, y] as const),
            } as const,
          ],
    ),
  }
}

const kilonewton = (newton: number): string => plotNumber(newton / 1000)

/** The mooring: where the lines hang, what they hold, and how the solver found it. */
export function LinesPanel({ session }: { readonly session: LabSession }) {
  const shown = useShown(session)
  const [line, setLine] = useState(0)
  const steps = useStudy(session, (solver, input) => solver.newton(input, line), `newton ${line}`)
  if (shown === null) return null
  const { picture } = shown
  if (picture.lines.length === 0) return <p className="f-panel f-empty">Nothing holds this platform.</p>
  return (
    <div className="f-panel">
      <table className="f-table">
        <caption>Tension at the fairleads, kN</caption>
        <TableHead columns={['line', 'mean', 'std', 'max', 'breaks at', 'on the bed']} />
        <tbody>
          {picture.lines.map(({ name, tension, breakingLoadN, onBedM }) => (
            <tr key={name} data-over={tension !== null && breakingLoadN !== null && tension.max > breakingLoadN}>
              <th scope="row">{name}</th>
              {tension === null ? (
                <td colSpan={5}>broken</td>
              ) : (
                <>
                  <td>{kilonewton(tension.avg)}</td>
                  <td>{kilonewton(tension.std)}</td>
                  <td>{kilonewton(tension.max)}</td>
                  <td>{breakingLoadN === null ? 'not given' : kilonewton(breakingLoadN)}</td>
                  <td>{onBedM > 0 ? `${plotNumber(onBedM)} m` : 'none'}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <PlotView plot={profilePlot(picture)} height={180} />
      <PlotView plot={planPlot(picture)} height={260} />
      <label className="f-pick">
        How the solver finds a line: Newton’s steps for the tension at its upper end
        <select value={line} onChange={({ target }) => setLine(Number(target.value))}>
          {picture.lines.map(({ name }, at) => (
            <option key={name} value={at}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {steps === null || steps.length === 0 ? (
        <p className="f-empty">{steps === null ? 'Solving…' : 'No steps: it is broken, or a formula is enough.'}</p>
      ) : (
        <table className="f-table">
          <TableHead columns={['step', 'H, kN', 'V, kN', 'error in x, m', 'in z, m']} />
          <tbody>
            {steps.map(({ horizontal, vertical, errorX, errorZ }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their number
              <tr key={at}>
                <th scope="row">{at}</th>
                <td>{kilonewton(horizontal)}</td>
                <td>{kilonewton(vertical)}</td>
                <td>{plotNumber(errorX)}</td>
                <td>{plotNumber(errorZ)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
