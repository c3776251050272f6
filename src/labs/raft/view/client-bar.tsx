import { useState } from 'react'
import { ActionForm, type FormProps } from '../../../stage/action-bar.tsx'
import { clientAction, OPERATIONS, type OperationDraft, type OperationName } from './actions.ts'

/** One operation of the selected client, typed. */
export function ClientBar({ session, allow, name, label = `Operation of ${name}` }: FormProps) {
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
    <ActionForm session={session} allow={allow} name={name} label={label} action={action}>
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
    </ActionForm>
  )
}
