import { useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { ActorTable, SelectButton } from '../../../stage/actor-table.tsx'
import { Button } from '../../../ui/button.tsx'
import { useSession } from '../../../ui/use-session.ts'
import type { FlowView, PartView } from '../contract.ts'
import type { Setting } from './edits.ts'
import { viewOf } from './hooks.ts'
import { SettingFields } from './setting-form.tsx'
import { conditionWord, countText } from './words.ts'

/** The selected part in full, with everything that can be set of it; without a selection, all parts in a table. */
export function ActorPanel({ session }: { readonly session: LabSession }) {
  const view = useSession(session, ({ slow }) => (slow === null ? null : shownOf(viewOf(slow))))
  if (view === null) return null
  if (view.selected === null) return <Overview session={session} parts={view.parts} />
  return (
    <ActorTable table={view.selected}>
      <section aria-label="What can be set">
        <h3>What can be set</h3>
        <ul className="fl-settings">
          {view.settings.map((setting) => (
            <SettingRow
              key={`${view.selected?.name} ${setting.verb}`}
              session={session}
              name={view.selected?.name ?? ''}
              setting={setting}
            />
          ))}
        </ul>
      </section>
    </ActorTable>
  )
}

/** Of the slow state, what this panel shows: else every number of the world would render it. */
const shownOf = ({ selected, settings, parts }: FlowView) => ({
  selected,
  settings,
  parts: selected === null ? parts : [],
})

/** The line as it stands; pressed, it can be changed. */
function SettingRow({
  session,
  name,
  setting,
}: {
  readonly session: LabSession
  readonly name: string
  readonly setting: Setting
}) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      {open ? (
        <SettingFields session={session} form={{ name, setting }} onDone={() => setOpen(false)} />
      ) : (
        <Button size="small" look="ghost" title="Change it" onClick={() => setOpen(true)}>
          <code>{setting.line}</code>
        </Button>
      )}
    </li>
  )
}

function Overview({ session, parts }: { readonly session: LabSession; readonly parts: readonly PartView[] }) {
  return (
    <div className="rs-panel">
      <section>
        <h3>Parts</h3>
        <table className="rs-overview">
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">State</th>
              <th scope="col">Waiting</th>
              <th scope="col">Busy</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part.name} data-out={part.status !== 'up'}>
                <th scope="row">
                  <SelectButton session={session} name={part.name} />
                </th>
                <td>{conditionWord(part.condition, part) || 'working'}</td>
                <td>{countText(part.waiting)}</td>
                <td>{part.kind === 'stage' ? `${part.busy}/${part.servers}` : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
