import { type CSSProperties, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { Button } from '../../../ui/button.tsx'
import type { Point } from '../../../viz/geometry.ts'
import { doLine, numberIn } from './edits.ts'
import type { SettingForm } from './menus.ts'

interface FormProps {
  readonly session: LabSession
  readonly form: SettingForm
  onDone(): void
}

/** One line of an act: where it has a number, that is a field of its own; else all behind the name is. */
export function SettingFields({ session, form: { name, setting }, onDone }: FormProps) {
  const number = numberIn(setting)
  const head = `${setting.verb} ${name} `
  const [text, setText] = useState(number === null ? setting.line.slice(head.length) : String(number.value))
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => field.current?.select(), [])
  const line = number === null ? `${head}${text}` : `${number.before}${text}${number.unit}${number.after}`
  return (
    <form
      className="fl-form"
      onSubmit={(event) => {
        event.preventDefault()
        void doLine(session, line).then((done) => done && onDone())
      }}
    >
      <label htmlFor={id}>{number === null ? head : number.before}</label>
      <input
        ref={field}
        id={id}
        className="fl-field"
        inputMode={number === null ? 'text' : 'decimal'}
        value={text}
        size={Math.max(3, text.length)}
        onChange={(event) => setText(event.target.value)}
      />
      {number !== null && <span>{`${number.unit}${number.after}`}</span>}
      <Button type="submit" size="small" look="accent">
        Set
      </Button>
    </form>
  )
}

const WIDTH = 320

interface CardProps extends FormProps {
  readonly anchor: Element | Point
  readonly picture: HTMLElement | null
}

/** The same at the place that it is about. Escape closes it, and so does leaving it. */
export function SettingCard({ anchor, picture, onDone, ...rest }: CardProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    onDone()
  }
  return (
    <div
      className="fl-card"
      role="dialog"
      aria-label={`Set ${rest.form.setting.verb} of ${rest.form.name}`}
      style={placeOf(anchor, picture)}
      onKeyDown={onKeyDown}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || onDone()}
    >
      <SettingFields {...rest} onDone={onDone} />
    </div>
  )
}

function placeOf(anchor: Element | Point, picture: HTMLElement | null): CSSProperties {
  const frame = picture?.getBoundingClientRect() ?? new DOMRect()
  const at = anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y)
  const left = Math.max(8, Math.min(at.left - frame.left, frame.width - WIDTH - 8))
  const top = Math.max(8, Math.min(at.bottom - frame.top + 6, frame.height - 60))
  return { left, top, maxWidth: WIDTH }
}
