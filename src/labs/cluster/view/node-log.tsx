import { useEffect, useState } from 'react'
import type { EventRow } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import { instantText } from '../../../viz/time-axis.ts'

const LINES = 40
const ASKED = 200

/** What the node would have written into its log, newest first. */
export function NodeLog({ session, name }: { readonly session: LabSession; readonly name: string }) {
  // Every named event and every tenth of a second of the run may have brought a line.
  const now = useSession(session, ({ slow }) => Math.floor((slow?.run.nowUs ?? 0) / 200_000))
  const [rows, setRows] = useState<readonly EventRow[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when time has passed
  useEffect(() => {
    let current = true
    session.api.events({ filter: name, kinds: ['note'], before: null, count: ASKED }).then(
      (page) => current && setRows(page.rows.filter((row) => row.actor === name).slice(0, LINES)),
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [session, name, now])
  return (
    <section>
      <h3>Log</h3>
      {rows.length === 0 ? (
        <p className="rs-empty">nothing yet</p>
      ) : (
        <ol className="cs-log">
          {rows.map((row) => (
            <li key={row.row}>
              <button type="button" onClick={() => void session.api.seekEvent(row.event)}>
                {instantText(row.timeUs)}
              </button>{' '}
              {row.text}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
