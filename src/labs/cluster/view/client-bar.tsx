import { useState } from 'react'
import { ActionForm, type FormProps } from '../../../stage/action-bar.tsx'
import { typedAction } from './actions.ts'
import { useView } from './hooks.ts'

/** One command at the prompt of a node. */
export function ClientBar({ session, allow, name, label = 'A command at the prompt of a node' }: FormProps) {
  const nodes = useView(session, (view) => view.nodes.map((node) => node.name)) ?? []
  const [node, setNode] = useState('n1')
  const [command, setCommand] = useState('SET foo bar')
  const [follow, setFollow] = useState(true)
  const action = typedAction(node, command, follow)
  return (
    <ActionForm session={session} allow={allow} name={name} label={label} action={action}>
      <select
        className="b-input rs-field"
        aria-label="node"
        value={node}
        onChange={(event) => setNode(event.target.value)}
      >
        {nodes.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      <input
        className="b-input rs-field cs-command"
        aria-label="command"
        maxLength={3_000}
        value={command}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setCommand(event.target.value)}
      />
      <label className="cs-follow">
        <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} /> follow
        <span className="cs-follow-what"> redirections</span>
      </label>
    </ActionForm>
  )
}
