import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { MessageView } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { useSession } from '../../ui/use-session.ts'
import { onFrame } from '../../viz/scheduler.ts'
import { instantText, spanText } from '../../viz/time-axis.ts'
import { deskOf } from './desk.ts'
import { createFeed } from './feed.ts'
import { isDimmed } from './props.ts'

const GAP_MS = 150

interface Props {
  readonly session: LabSession
  readonly allow: readonly string[] | null
}

interface Looked {
  readonly key: string
  /** The last that was seen of it; null: nothing ever. */
  readonly view: MessageView | null
  /** It was in flight when it was chosen, and is not any more. */
  readonly gone: boolean
}

/** One message: what is in it, what the receiver will do with it, and what can be done to it. */
export function MessagePanel({ session, allow }: Props) {
  const looked = useMessage(session)
  if (looked === null || looked.view === null) {
    return (
      <p className="i-empty">
        {looked === null
          ? 'Choose a message: on the stage, or as a line of the timeline. Here stand its fields and the rule that the receiver will apply.'
          : 'This message is gone.'}
      </p>
    )
  }
  const { view, gone } = looked
  return (
    <>
      <Section title={view.kind}>
        <p className="i-message-route">
          <ActorButton session={session} name={view.from} /> → <ActorButton session={session} name={view.to} />
          <span className="i-message-state">{stateText(view, gone)}</span>
        </p>
        <dl className="i-fields">
          <dt>sent</dt>
          <dd>{instantText(view.sentAtUs)}</dd>
          <dt>{view.inFlight && !gone ? 'arrives' : 'arrived'}</dt>
          <dd>
            {instantText(view.arrivesAtUs)}{' '}
            <span className="i-faint">after {spanText(view.arrivesAtUs - view.sentAtUs)}</span>
          </dd>
          {view.fields.map(({ name, value }) => (
            <Field key={name} name={name} value={value} />
          ))}
        </dl>
      </Section>
      {view.rule !== null && (
        <Section title={view.inFlight && !gone ? 'What the receiver will do' : 'What the receiver did'}>
          <p>{view.rule.text}</p>
          <p className="i-source">{view.rule.source}</p>
          {view.rule.effects.length > 0 && (
            <ul className="i-effects">
              {view.rule.effects.map((effect) => (
                <li key={effect}>{effect}</li>
              ))}
            </ul>
          )}
        </Section>
      )}
      {view.inFlight && !gone && view.id !== null && <MessageActs session={session} id={view.id} allow={allow} />}
    </>
  )
}

function Field({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

function stateText(view: MessageView, gone: boolean): string {
  if (gone) return 'no longer in flight'
  if (!view.inFlight) return 'of the past'
  return view.waiting ? 'held back' : 'in flight'
}

function ActorButton({ session, name }: { readonly session: LabSession; readonly name: string }) {
  return (
    <button type="button" className="i-actor" onClick={() => void session.select({ kind: 'actor', name })}>
      {name}
    </button>
  )
}

const DELAYS = ['10', '50', '200', '1000']

function MessageActs({ session, id, allow }: Props & { readonly id: number }) {
  const [byMs, setByMs] = useState('50')
  const act = (verb: string, args: Readonly<Record<string, number>> = {}) =>
    void session.act({ id: verb, args: { message: id, ...args } })
  return (
    <Section title="Acts on this message">
      <div className="i-acts">
        <Button size="small" dimmed={isDimmed(allow, 'drop')} onClick={() => act('drop')}>
          drop
        </Button>
        <Button size="small" dimmed={isDimmed(allow, 'duplicate')} onClick={() => act('duplicate')}>
          duplicate
        </Button>
        <span className="i-pair">
          <Button
            size="small"
            dimmed={isDimmed(allow, 'delay')}
            onClick={() => act('delay', { duration: Number(byMs) * 1_000 })}
          >
            delay
          </Button>
          <Select
            label="How much later it arrives"
            size="small"
            value={byMs}
            options={DELAYS.map((value) => ({ value, label: `${value} ms` }))}
            onChange={setByMs}
          />
        </span>
      </div>
      <p className="i-help">
        The verbs of the terminal: <code>drop m{id}</code>
      </p>
    </Section>
  )
}

/** The message that is looked at, fresh after every event; null when none was chosen. */
function useMessage(session: LabSession): Looked | null {
  const row = useStore(deskOf(session), (state) => state.inspectedRow)
  const id = useSession(session, ({ selection }) => (selection?.kind === 'message' ? selection.id : null))
  const [looked, setLooked] = useState<Looked | null>(null)
  const key = row !== null ? `row ${row}` : id !== null ? `id ${id}` : null
  useEffect(() => {
    if (key === null) return
    const which = row !== null ? { row } : { id: id! }
    const feed = createFeed(
      () => session.api.message(which),
      (view: MessageView | null) =>
        setLooked((before) => {
          if (view !== null) return { key, view, gone: false }
          const seen = before?.key === key ? before.view : null
          return { key, view: seen, gone: true }
        }),
      GAP_MS,
    )
    return onFrame('pull', (nowMs) => {
      const run = session.slow?.run
      if (run === undefined) return
      // What arrived cannot change any more; what is in flight changes with the world.
      feed.want(row !== null ? key : `${key} ${run.revision} ${run.event}`, null)
      feed.step(nowMs)
    })
  }, [session, key, row, id])
  if (key === null) return null
  return looked?.key === key ? looked : null
}
