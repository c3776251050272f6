import { MoreHorizontal } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { type Action, isDimmed } from './actions.ts'
import type { BarProps } from './kit.ts'
import { runAction } from './menus.ts'

const NOT_THIS_STEP = 'Not what this step of the lesson is about; it works all the same.'

/** One act as a button: what it does, its key, and its verb as the terminal would echo it. */
export function ActionButton({
  session,
  allow,
  action,
  withKey,
}: BarProps & { readonly action: Action; readonly withKey: boolean }) {
  const dimmed = isDimmed(action.act.id, allow)
  const why = action.refused ?? (dimmed ? NOT_THIS_STEP : null)
  return (
    <Button
      size="small"
      look={action.danger ? 'danger' : 'plain'}
      dimmed={dimmed}
      aria-disabled={action.refused !== null}
      title={why === null ? action.verb : `${action.verb}: ${why}`}
      onClick={() => runAction(session, action)}
    >
      {action.label}
      {withKey && action.key !== null && <Kbd keys={action.key} />}
    </Button>
  )
}

export interface NodeBarProps extends BarProps {
  readonly name: string
  readonly text: string
  readonly actions: readonly Action[]
  readonly onMore: (anchor: Element) => void
}

/** The acts of the selected node. */
export function NodeBar({ session, allow, name, text, actions, onMore }: NodeBarProps) {
  return (
    <div className="rs-bar" role="toolbar" aria-label={`Acts on ${name}`}>
      <span className="rs-bar-name">
        <strong>{name}</strong> <span>{text}</span>
      </span>
      {actions.map((action) => (
        <ActionButton key={action.act.id} session={session} allow={allow} action={action} withKey />
      ))}
      <Button
        size="small"
        look="ghost"
        aria-label={`More acts on ${name}`}
        title="Disk, clock, links…"
        onClick={(event) => onMore(event.currentTarget)}
      >
        <MoreHorizontal size={16} aria-hidden />
      </Button>
    </div>
  )
}
