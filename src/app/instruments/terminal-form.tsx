import { type KeyboardEvent, useEffect, useId, useRef, useState, useSyncExternalStore } from 'react'
import { Button } from '../../ui/button.tsx'
import { type Completed, completeLine, emptyLine, type Line, press } from '../../ui/terminal/line.ts'
import { onFrame } from '../../viz/scheduler.ts'
import { createFeed } from './feed.ts'
import { type Shell, textOf } from './shell.ts'

const HINT_GAP_MS = 80
const OFFERED_MAX = 8
const SHOWN_MAX = 300

/** The terminal as a plain form: a list of what was said, an input, and buttons for what could come next. */
export function TerminalForm({ shell }: { readonly shell: Shell }) {
  const [line, setLine] = useState<Line>(() => emptyLine(shell.history()))
  const [reply, setReply] = useState<Completed | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const hintId = useId()
  useHints(shell, line, setReply)
  useEffect(() => {
    const onText = (event: Event) => {
      const text = textOf(event)
      setLine((now) => ({ ...now, text, cursor: text.length, browsing: null }))
      input.current?.focus()
    }
    window.addEventListener('ballast:terminal', onText)
    return () => window.removeEventListener('ballast:terminal', onText)
  }, [])

  const submit = () => {
    const { line: next, effect } = press(line, { kind: 'enter' })
    setLine(next)
    shell.keepHistory(next.history)
    if (effect?.kind === 'submit' && effect.line.trim() !== '') void shell.submit(effect.line)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    setLine(press(line, { kind: event.key === 'ArrowUp' ? 'up' : 'down' }).line)
  }
  const offered = line.text === '' || reply === null ? [] : reply.candidates.slice(0, OFFERED_MAX)
  return (
    <div className="i-form">
      <Log shell={shell} />
      <form
        className="i-form-line"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <label className="i-form-label">
          <span className="b-hidden">Command</span>
          <input
            ref={input}
            className="b-input b-mono"
            value={line.text}
            placeholder="kill n1, partition n1 n2 | n3, help"
            autoCapitalize="none"
            autoComplete="off"
            autoCorrect="off"
            spellCheck={false}
            enterKeyHint="send"
            aria-describedby={hintId}
            onKeyDown={onKeyDown}
            onChange={(event) => {
              const { value, selectionStart } = event.target
              setLine({ ...line, text: value, cursor: selectionStart ?? value.length, browsing: null })
            }}
          />
        </label>
        <Button type="submit" look="accent">
          Run
        </Button>
      </form>
      <div className="i-form-next">
        <span id={hintId} className="i-form-hint">
          {line.text === '' ? '' : (reply?.hint ?? '')}
        </span>
        {offered.map((candidate) => (
          <Button
            key={candidate.text}
            size="small"
            title={candidate.help}
            onClick={() => {
              const one = { ...reply!, candidates: [candidate] }
              setLine(completeLine(line, one)?.line ?? line)
              input.current?.focus()
            }}
          >
            {candidate.text}
          </Button>
        ))}
      </div>
    </div>
  )
}

function useHints(shell: Shell, line: Line, show: (reply: Completed) => void): void {
  const wanted = useRef(line)
  wanted.current = line
  const shown = useRef(show)
  shown.current = show
  useEffect(() => {
    const feed = createFeed(
      ({ text, cursor }: Line) => shell.complete(text, cursor),
      (reply) => shown.current(reply),
      HINT_GAP_MS,
    )
    return onFrame('pull', (nowMs) => {
      const { text, cursor } = wanted.current
      if (text !== '') feed.want(`${cursor}|${text}`, wanted.current)
      feed.step(nowMs)
    })
  }, [shell])
}

/** What was said; stays at its end unless someone reads further up. */
function Log({ shell }: { readonly shell: Shell }) {
  const lines = useSyncExternalStore(shell.output.subscribe, shell.output.lines)
  const list = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    if (atEnd.current && lines.length > 0) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [lines])
  return (
    <div
      ref={list}
      className="i-form-log b-mono"
      role="log"
      aria-label="Terminal output"
      // A region that scrolls must be reachable by keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      onScroll={({ currentTarget: log }) => {
        atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < 24
      }}
    >
      {lines.slice(-SHOWN_MAX).map(({ id, spans }) => (
        <div key={id}>
          {spans.map(({ tone, text }, index) => (
            // The spans of a line never change.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <span key={index} className={`i-tone-${tone}`}>
              {text}
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}
