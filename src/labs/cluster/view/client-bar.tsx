import { useState } from 'react'
import { isDimmed } from '../../../stage/actions.ts'
import type { BarProps } from '../../../stage/kit.ts'
import { runAction } from '../../../stage/menus.ts'
import { Button } from '../../../ui/button.tsx'
import { typedAction } from './actions.ts'
import { useView } from './hooks.ts'

interface Props extends BarProps {
  readonly name: string
  /** Where the page has two of them, each has a name of its own. */
  readonly label?: string
}

/** One command at the prompt of a node. */
export function ClientBar({ session, allow, name, label = 'A command at the prompt of a node' }: Props) {
  const nodes = useView(session, (view) => view.nodes.map((node) => node.name)) ?? []
  const [node, setNode] = useState('n1')
  const [command, setCommand] = useState('SET foo bar')
  const [follow, setFollow] = useState(true)
  const action = typedAction(node, command, follow)
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
      <Button
        size="small"
        type="submit"
        look="accent"
        dimmed={isDimmed('cli', allow)}
        aria-disabled={action.refused !== null}
        title={action.refused ?? action.verb}
      >
        Send
      </Button>
    </form>
  )
}
