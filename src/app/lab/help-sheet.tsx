import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { allHotkeys, type Hotkey } from '../../ui/hotkeys.ts'
import { Kbd } from '../../ui/kbd.tsx'
import { useLab } from './context.ts'

/** Every key that works now; the same table drives the handlers. */
export function HelpSheet() {
  const lab = useLab()
  const hotkeys = allHotkeys()
  const groups = [...new Set(hotkeys.map((hotkey) => hotkey.group))]
  return (
    <Dialog open title="Keys and help" width="wide" onClose={() => lab.show(null)}>
      <div className="help-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {hotkeys
                .filter((hotkey) => hotkey.group === group)
                .map((hotkey) => (
                  <Row key={hotkey.id} hotkey={hotkey} />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="help-note">
        Keys without Ctrl or ⌘ work while the stage or the timeline has the focus. Everything that the mouse can do has
        a verb: the terminal echoes it, and <code>help</code> lists them all.
      </p>
      <Button onClick={() => lab.show('settings')}>Settings…</Button>
    </Dialog>
  )
}

function Row({ hotkey }: { readonly hotkey: Hotkey }) {
  return (
    <div className="help-row">
      <dt>
        {hotkey.keys.map((keys) => (
          <Kbd key={keys} keys={keys} />
        ))}
      </dt>
      <dd>{hotkey.label}</dd>
    </div>
  )
}
