import { ActionButton } from '../../../stage/action-bar.tsx'
import { isDimmed, mainActions } from '../../../stage/actions.ts'
import type { BarProps } from '../../../stage/kit.ts'
import { Button } from '../../../ui/button.tsx'
import { useSession } from '../../../ui/use-session.ts'
import { doLine } from './edits.ts'
import { usePart, useStructure, viewOf } from './hooks.ts'
import { conditionWord, countText, dropsText } from './words.ts'

interface OutlineProps extends BarProps {
  /** Shown as a list on the screen; else only for readers. */
  readonly open: boolean
  /** The text of part `api` has the id `PREFIX-api`: the picture's marks are described by it. */
  readonly idPrefix: string
}

/** The picture as a list: every part with its state and its acts, for those who do not see or do not point. */
export function Outline(props: OutlineProps) {
  const { parts } = useStructure(props.session)
  return (
    <section className={props.open ? 'rs-outline' : 'b-hidden'} aria-label="Parts of the pipeline as a list">
      <ul>
        {parts.map(({ name }) => (
          <Item key={name} {...props} name={name} />
        ))}
      </ul>
    </section>
  )
}

function Item({ session, allow, open, idPrefix, name }: OutlineProps & { readonly name: string }) {
  const part = usePart(session, name)
  const outputs = useSession(session, ({ slow }) =>
    slow === null ? [] : viewOf(slow).pipes.filter(({ from }) => from === name),
  )
  if (part === null) return null
  const word = conditionWord(part.condition, part)
  const drops = dropsText(part.droppedByReason)
  const facts = [
    part.kind,
    part.short,
    word,
    part.text,
    part.capacity === null ? '' : `${countText(part.waiting)} of ${countText(part.capacity)} places taken`,
    drops === '' ? '' : `dropped: ${drops}`,
    ...outputs.map(({ to, grant }) => `sends to ${to}: ${grant}`),
  ]
  return (
    <li>
      <strong>{name}</strong>
      <p id={`${idPrefix}-${name}`}>{facts.filter((fact) => fact !== '').join(', ')}</p>
      {open && (
        <div className="rs-outline-acts">
          {mainActions(part.name, part.status, []).map((action) => (
            <ActionButton key={action.verb} session={session} allow={allow} action={action} withKey={false} />
          ))}
          <Button size="small" onClick={() => void session.select({ kind: 'actor', name })}>
            Select
          </Button>
          {outputs.map(({ to }) => (
            <Button
              key={to}
              size="small"
              dimmed={isDimmed('disconnect', allow)}
              title={`disconnect ${name} ${to}`}
              onClick={() => void doLine(session, `disconnect ${name} ${to}`)}
            >
              Disconnect from {to}
            </Button>
          ))}
        </div>
      )}
    </li>
  )
}
