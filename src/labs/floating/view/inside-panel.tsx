import { useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { unpackMotion } from '../../../physics/motion.ts'
import { PlotView } from '../../../ui/plot.tsx'
import { Slider } from '../../../ui/slider.tsx'
import { type Plot, plotNumber } from '../../../viz/plot.ts'
import { DOFS } from '../contract.ts'
import type { Impedance, PassRow } from '../studies.ts'
import { useMotion, usePicture } from './hooks.ts'
import { useStudy } from './study.ts'
import { TableHead } from './table-head.tsx'

/** Open the box: the drag iteration, the strips of a member, the impedance at a frequency. */
export function InsidePanel({ session }: { readonly session: LabSession }) {
  return (
    <div className="f-panel">
      <Passes session={session} />
      <Strips session={session} />
      <ImpedanceView session={session} />
    </div>
  )
}

function passesPlot(passes: readonly PassRow[]): Plot {
  return {
    title: 'Drag iteration: change from pass to pass',
    x: { label: 'Pass', unit: '' },
    y: { label: 'Greatest relative change', unit: '', scale: 'log' },
    series: [
      {
        id: 'change',
        label: 'relative change',
        color: '--accent',
        look: 'line',
        points: passes.map(({ relativeChange }, at) => [at + 1, relativeChange] as const),
      },
    ],
  }
}

function Passes({ session }: { readonly session: LabSession }) {
  const passes = useStudy(session, (solver, input) => solver.passes(input), 'passes')
  if (passes === null) return <p className="f-empty">Solving…</p>
  if (passes.length < 2) return <p className="f-empty">Without waves there is no drag to be linearized.</p>
  const first = passes[0]!
  const last = passes.at(-1)!
  return (
    <section>
      <PlotView plot={passesPlot(passes)} height={150} />
      <p className="f-note">
        Drag grows with the square of the speed. It is replaced by a damping that takes the same power from the motion
        found before, again and again: after {passes.length} passes heave went from {plotNumber(first.heaveM)} to{' '}
        {plotNumber(last.heaveM)} m, pitch from {plotNumber(first.pitchDeg)} to {plotNumber(last.pitchDeg)} deg.
      </p>
    </section>
  )
}

const tonnes = (kg: number): string => plotNumber(kg / 1000)

function Strips({ session }: { readonly session: LabSession }) {
  const picture = usePicture(session)
  const [member, setMember] = useState(0)
  const strips = useStudy(session, (solver, input) => solver.strips(input, member), `strips ${member}`)
  if (picture === null) return null
  return (
    <section>
      <label className="f-pick">
        Strips of a member, with their terms of Morison’s equation
        <select value={member} onChange={({ target }) => setMember(Number(target.value))}>
          {picture.members.map(({ id }, at) => (
            <option key={id} value={at}>
              {id}
            </option>
          ))}
        </select>
      </label>
      {strips !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table is scrolled by keys, too
        <section className="f-scroll" tabIndex={0} aria-label="Strips">
          <table className="f-table">
            <TableHead columns={['z, m', 'dl, m', 'd, m', 'Ca ρV, t', 'end, t', 'u rms, m/s', 'B′, kNs/m']} />
            <tbody>
              {strips.map((strip, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: strips are known by their place
                <tr key={at}>
                  <th scope="row">{plotNumber(strip.z)}</th>
                  <td>{plotNumber(strip.lengthM)}</td>
                  <td>{plotNumber(strip.widthM)}</td>
                  <td>{tonnes(strip.addedMassKg)}</td>
                  <td>{tonnes(strip.endAddedMassKg)}</td>
                  <td>{strip.drag === null ? 'dry' : plotNumber(strip.drag.speedMps)}</td>
                  <td>{strip.drag === null ? '' : plotNumber(strip.drag.coefficient / 1000)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}

/** Parts of Z below this share of the greatest of their kind are shown quietly. */
const LARGE = 0.01

function ImpedanceView({ session }: { readonly session: LabSession }) {
  const motion = useMotion(session)
  const [frequency, setFrequency] = useState(16)
  const impedance = useStudy(session, (solver, input) => solver.impedance(input, frequency), `impedance ${frequency}`)
  if (motion === null) return null
  const { w } = unpackMotion(motion)
  const hertz = (at: number) => `${plotNumber(w[Math.min(at, w.length - 1)]! / (2 * Math.PI))} Hz`
  return (
    <section>
      <h3 className="f-title">The impedance Z(ω) = −ω²(M + A) + iω B + C</h3>
      <Slider
        label="Frequency"
        min={0}
        max={w.length - 1}
        value={Math.min(frequency, w.length - 1)}
        format={hertz}
        onChange={setFrequency}
      />
      <p className="b-num">{hertz(frequency)}</p>
      {impedance !== null && <Matrix impedance={impedance} />}
    </section>
  )
}

const complex = (re: number, im: number): string =>
  `${plotNumber(re)} ${im < 0 ? '−' : '+'} ${plotNumber(Math.abs(im))}i`

function Matrix({ impedance }: { readonly impedance: Impedance }) {
  const { re, im, force, response } = impedance
  const size = (at: number) => Math.hypot(re[at]!, im[at]!)
  // Translations and rotations have other units: each entry is measured by the diagonal of its row and column.
  const isLarge = (row: number, column: number) =>
    size(row * 6 + column) > LARGE * Math.sqrt(size(row * 7) * size(column * 7))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keys, too
    <section className="f-matrix" tabIndex={0} aria-label="Impedance matrix">
      <table className="f-table">
        <TableHead columns={['Z', ...DOFS, 'force F', 'Ξ = Z⁻¹F']} />
        <tbody>
          {DOFS.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {DOFS.map((column, at) => (
                <td key={column} data-large={isLarge(row, at)}>
                  {complex(re[row * 6 + at]!, im[row * 6 + at]!)}
                </td>
              ))}
              <td>{complex(force[row]!.re, force[row]!.im)}</td>
              <td>{complex(response[row]!.re, response[row]!.im)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
