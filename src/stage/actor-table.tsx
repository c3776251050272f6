import type { ReactNode } from 'react'
import type { ActorTable as Table } from '../engine/api.ts'
import type { LabSession } from '../engine/client/session.ts'

/** The selected actor in full: the inspector's first tab. */
export function ActorTable({ table, children }: { readonly table: Table; readonly children: ReactNode }) {
  return (
    <div className="rs-panel">
      <header className="rs-panel-head">
        <p>{table.summary}</p>
      </header>
      {table.sections.map((section) => (
        <section key={section.title}>
          <h3>{section.title}</h3>
          {section.rows.length === 0 ? (
            <p className="rs-empty">nothing yet</p>
          ) : (
            <table>
              <tbody>
                {section.rows.map((row) => (
                  <tr key={row.name} data-changed={row.was !== null}>
                    <th scope="row">{row.name}</th>
                    <td>
                      {row.value}
                      {row.was !== null && <span className="rs-was"> was {row.was}</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      ))}
      {children}
    </div>
  )
}

/** The name of an actor in a table: a click selects it. */
export function SelectButton({ session, name }: { readonly session: LabSession; readonly name: string }) {
  return (
    <button type="button" className="rs-select" onClick={() => void session.select({ kind: 'actor', name })}>
      {name}
    </button>
  )
}
