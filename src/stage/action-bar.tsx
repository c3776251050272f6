import { MoreHorizontal } from 'lucide-react'
import type { ComponentType, ReactNode } from 'react'
import type { LabSession } from '../engine/client/session.ts'
import { Button } from '../ui/button.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { useSession } from '../ui/use-session.ts'
import { type Action, type ActionGroup, isDimmed } from './actions.ts'
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

export interface ActionFormProps extends BarProps {
  /** Whose act it is. */
  readonly name: string
  readonly label: string
  readonly action: Action
  readonly children: ReactNode
}

/** An act that is put together in fields, and sent. */
export function ActionForm({ session, allow, name, label, action, children }: ActionFormProps) {
  return (
    <form
      className="rs-bar"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        runAction(session, action)
      }}
    >
      <span className="rs-bar-name">
        <strong>{name}</strong>
      </span>
      {children}
      <Button
        size="small"
        type="submit"
        look="accent"
        dimmed={isDimmed(action.act.id, allow)}
        aria-disabled={action.refused !== null}
        title={action.refused ?? action.verb}
      >
        Send
      </Button>
    </form>
  )
}

export interface FormProps extends BarProps {
  readonly name: string
  /** Where the page has two of them, each has a name of its own. */
  readonly label?: string
}

export interface ActorActsProps {
  readonly session: LabSession
  readonly name: string
  readonly groups: readonly ActionGroup[]
  /** Stands before the acts. */
  readonly form: ComponentType<FormProps> | null
  readonly formLabel: string
}

/** Everything that can be done to the actor of a table. */
export function ActorActs({ session, name, groups, form: Form, formLabel }: ActorActsProps) {
  const allow = useSession(session, ({ slow }) => slow?.lesson?.allow ?? null)
  return (
    <section>
      <h3>Acts on {name}</h3>
      {Form !== null && <Form key={name} session={session} allow={allow} name={name} label={formLabel} />}
      {groups.map(({ title, actions }) => (
        <div key={title} className="rs-acts">
          {title !== '' && <h4>{title}</h4>}
          {actions.map((action) => (
            <ActionButton key={action.verb} session={session} allow={allow} action={action} withKey={title === ''} />
          ))}
        </div>
      ))}
    </section>
  )
}
