import { MoreHorizontal } from 'lucide-react'
import { useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Kbd } from '../../../ui/kbd.tsx'
import {
  type Action,
  clientAction,
  isDimmed,
  mainActions,
  type NodeStatus,
  OPERATIONS,
  type OperationDraft,
  type OperationName,
} from './actions.ts'
import { runAction } from './menus.ts'

const NOT_THIS_STEP = 'Not what this step of the lesson is about; it works all the same.'

interface BarProps {
  readonly session: LabSession
  readonly allow: readonly string[] | null
}

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
  readonly status: NodeStatus
  readonly onMore: (anchor: Element) => void
}

/** The acts of the selected node. */
export function NodeBar({ session, allow, name, text, status, onMore }: NodeBarProps) {
  return (
    <div className="rs-bar" role="toolbar" aria-label={`Acts on ${name}`}>
      <span className="rs-bar-name">
        <strong>{name}</strong> <span>{text}</span>
      </span>
      {mainActions(name, status).map((action) => (
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

/** One operation of the selected client, typed. */
export function ClientBar({ session, allow, name }: BarProps & { readonly name: string }) {
  const [draft, setDraft] = useState<OperationDraft>({ op: 'put', key: 'x', old: '', value: '1' })
  const action = clientAction(name, draft)
  const field = (part: 'key' | 'old' | 'value', width: number) => (
    <input
      className="b-input rs-field"
      style={{ width }}
      aria-label={part === 'old' ? 'old value' : part}
      placeholder={part}
      maxLength={part === 'key' ? 64 : 256}
      value={draft[part]}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setDraft({ ...draft, [part]: event.target.value })}
    />
  )
  return (
    <form
      className="rs-bar"
      aria-label={`Operation of ${name}`}
      onSubmit={(event) => {
        event.preventDefault()
        runAction(session, action)
      }}
    >
      <span className="rs-bar-name">
        <strong>{name}</strong>
      </span>
      <select
        className="b-input rs-field"
        aria-label="operation"
        value={draft.op}
        onChange={(event) => setDraft({ ...draft, op: event.target.value as OperationName })}
      >
        {OPERATIONS.map((op) => (
          <option key={op}>{op}</option>
        ))}
      </select>
      {field('key', 72)}
      {draft.op === 'cas' && field('old', 72)}
      {draft.op !== 'get' && draft.op !== 'delete' && field('value', 88)}
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
