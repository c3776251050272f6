import { useState } from 'react'
import type { ParityRow } from '../../../physics/parity.ts'
import { Button } from '../../../ui/button.tsx'
import { saveText } from '../../../ui/save-text.ts'
import type { DesignId } from '../contract.ts'
import { TITLES } from './actor-panel.tsx'
import { solverOf } from './draft.ts'
import { REFERENCES, referenceOf } from './references.ts'
import { TableHead } from './table-head.tsx'

interface Compared {
  readonly id: DesignId
  readonly rows: readonly ParityRow[]
}

const hasPassed = ({ difference, gate }: ParityRow): boolean => difference <= gate

/** Designs that ship, solved as RAFT solves them, beside RAFT's own numbers: now, in this browser. */
export function ParityTable() {
  const [compared, setCompared] = useState<readonly Compared[]>([])
  const [state, setState] = useState<'idle' | 'busy' | string>('idle')
  const compare = async () => {
    setCompared([])
    setState('busy')
    try {
      for (const id of REFERENCES) {
        const { design, splines } = await referenceOf(id)
        const rows = await solverOf().parity(id, design, splines)
        setCompared((before) => [...before, { id, rows }])
      }
      setState('idle')
    } catch (error) {
      setState((error as Error).message)
    }
  }
  const all = compared.flatMap(({ rows }) => rows)
  const passed = all.filter(hasPassed).length
  return (
    <section aria-label="Compare with RAFT">
      <h3 className="f-title">Beside RAFT itself</h3>
      <p className="f-note">
        RAFT HEAD (OpenRAFT 2.0.2), every iteration driven to the end, solved these designs in their reference cases.
        The same cases are solved here as RAFT does. A difference is relative to the greatest number of its kind.
      </p>
      <p className="f-explore-head">
        <Button onClick={() => void compare()} disabled={state === 'busy'}>
          Compare with RAFT, here and now
        </Button>
        {all.length > 0 && (
          <button type="button" className="f-link" onClick={() => saveText('beside RAFT.csv', parityCsv(compared))}>
            CSV
          </button>
        )}
      </p>
      <p role="status" className="f-verdict" data-passed={passed === all.length}>
        {state === 'busy' && `Solving: ${compared.length} of ${REFERENCES.length} designs…`}
        {state !== 'busy' && state !== 'idle' && state}
        {state === 'idle' &&
          all.length > 0 &&
          (passed === all.length ? `All ${passed} passed.` : `${all.length - passed} of ${all.length} failed.`)}
      </p>
      {compared.map((each) => (
        <DesignParity key={each.id} {...each} />
      ))}
    </section>
  )
}

function DesignParity({ id, rows }: Compared) {
  const passed = rows.filter(hasPassed).length
  return (
    <details className="f-group">
      <summary>
        {TITLES[id]}: {passed} of {rows.length} passed
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long table is scrolled by keys, too */}
      <section className="f-scroll" tabIndex={0} aria-label={`${TITLES[id]} beside RAFT`}>
        <table className="f-table">
          <TableHead columns={['quantity', 'difference', 'gate', '']} />
          <tbody>
            {rows.map((row) => (
              <tr key={row.quantity} data-over={!hasPassed(row)}>
                <th scope="row">
                  {row.quantity} {row.at !== '' && <small>{row.at}</small>}
                </th>
                <td>{row.difference.toExponential(1)}</td>
                <td>{row.gate.toExponential(0)}</td>
                <td className={hasPassed(row) ? 'f-good' : 'f-over'}>{hasPassed(row) ? 'passed' : 'failed'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}

const parityCsv = (compared: readonly Compared[]): string =>
  [
    'design,quantity,difference,gate,case,verdict',
    ...compared.flatMap(({ id, rows }) =>
      rows.map((row) =>
        [id, `"${row.quantity}"`, row.difference, row.gate, row.at, hasPassed(row) ? 'passed' : 'failed'].join(','),
      ),
    ),
    '',
  ].join('\n')
