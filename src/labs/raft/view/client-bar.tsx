import { useState } from 'react'
import { isDimmed } from '../../../stage/actions.ts'
import type { BarProps } from '../../../stage/kit.ts'
import { runAction } from '../../../stage/menus.ts'
import { Button } from '../../../ui/button.tsx'
import { clientAction, OPERATIONS, type OperationDraft, type OperationName } from './actions.ts'

interface Props extends BarProps {
  readonly name: string
  /** Where the page has two of them, each has a name of its own. */
  readonly label?: string
}

/** One operation of the selected client, typed. */
export function ClientBar({ session, allow, name, label = `Operation of ${name}` }: Props) {
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
      aria-label={label}
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
