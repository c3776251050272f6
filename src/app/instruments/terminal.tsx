import { Keyboard, SquareTerminal } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { LabSession } from '../../engine/client/session.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import type { Screen } from '../../ui/terminal/screen.ts'
import { useMedia } from '../../ui/use-media.ts'
import { useSession } from '../../ui/use-session.ts'
import { preferences } from '../preferences.ts'
import { storage } from '../storage.ts'
import type { InstrumentProps } from './props.ts'
import { type Shell, shellOf, textOf } from './shell.ts'
import { TerminalForm } from './terminal-form.tsx'
import './terminal.css'

const MODE_KEY = 'ballast:terminal-form'
/** A terminal needs a keyboard and eighty columns. */
const HANDY = '(max-width: 899px), (pointer: coarse)'

/** The same acts as text: a terminal, or a plain form for those who prefer one. */
export function Terminal({ session }: InstrumentProps) {
  const lab = useSession(session, ({ slow }) => slow?.run.lab ?? null)
  return lab === null ? null : <Console session={session} lab={lab} />
}

function Console({ session, lab }: { readonly session: LabSession; readonly lab: string }) {
  const shell = shellOf(session, lab)
  const handy = useMedia(HANDY)
  const [chosen, choose] = useState(() => storage.read(MODE_KEY))
  const form = typeof chosen === 'boolean' ? chosen : handy
  const label = form ? 'Use the terminal' : 'Use a plain form'
  return (
    <div className="i-terminal" data-form={form}>
      {form ? <TerminalForm shell={shell} /> : <TerminalScreen shell={shell} />}
      <div className="i-terminal-tools">
        <IconButton
          size="small"
          label={label}
          onClick={() => {
            choose(!form)
            storage.write(MODE_KEY, !form)
          }}
        >
          {form ? <SquareTerminal size={14} aria-hidden /> : <Keyboard size={14} aria-hidden />}
        </IconButton>
      </div>
    </div>
  )
}

/** The terminal itself comes after the first paint, in a chunk of its own. */
function TerminalScreen({ shell }: { readonly shell: Shell }) {
  const place = useRef<HTMLDivElement>(null)
  const screenReader = useStore(preferences, (state) => state.screenReader)
  const screen = useRef<Screen | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let wanted = true
    let waiting: string | null = null
    const onText = (event: Event) => {
      const text = textOf(event)
      if (screen.current === null) waiting = text
      else screen.current.fill(text)
    }
    window.addEventListener('ballast:terminal', onText)
    import('../../ui/terminal/screen.ts').then(
      ({ mountScreen }) => {
        if (!wanted || place.current === null) return
        screen.current = mountScreen(place.current, { ...shell, screenReader: preferences.getState().screenReader })
        if (waiting !== null) screen.current.fill(waiting)
      },
      () => wanted && setFailed(true),
    )
    return () => {
      wanted = false
      window.removeEventListener('ballast:terminal', onText)
      screen.current?.dispose()
      screen.current = null
    }
  }, [shell])
  useEffect(() => screen.current?.setScreenReader(screenReader), [screenReader])
  if (failed) return <TerminalForm shell={shell} />
  return <div ref={place} className="i-terminal-screen" />
}
