import { useEffect, useRef } from 'react'

/** One shortcut. The handlers and the list behind `?` come from the same table. */
export interface Hotkey {
  readonly id: string
  /** `Space`, `ArrowRight`, `Shift+ArrowRight`, `Mod+K` (Ctrl or ⌘), `b`, `?`. Several mean the same. */
  readonly keys: readonly string[]
  readonly label: string
  readonly group: string
  run(): void
}

const tables = new Set<readonly Hotkey[]>()
const settings = { single: true }

/** Every shortcut that works now, in the order in which the parts of the page registered them. */
export function allHotkeys(): readonly Hotkey[] {
  return [...tables].flat()
}

/** Single-key shortcuts can be switched off (WCAG 2.1.4); those with Ctrl or ⌘ stay. */
export function allowSingleKeys(allowed: boolean): void {
  settings.single = allowed
}

/** Registers a table while the component is mounted. */
export function useHotkeys(table: readonly Hotkey[]): void {
  const latest = useRef(table)
  latest.current = table
  const ids = table.map((hotkey) => hotkey.id).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of shortcuts is registered anew
  useEffect(() => {
    // What is registered reads through to the newest handlers, so a table may be rebuilt on every render.
    const registered = latest.current.map((hotkey) => ({
      ...hotkey,
      run: () => latest.current.find((now) => now.id === hotkey.id)?.run(),
    }))
    tables.add(registered)
    return () => {
      tables.delete(registered)
    }
  }, [ids])
}

/** Starts listening; returns the way to stop. Once per page. */
export function listenForHotkeys(target: Window): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    const place = placeOf(event.target)
    const found = allHotkeys().find((hotkey) =>
      hotkey.keys.some((keys) => matches(keys, event) && allowed(keys, place)),
    )
    if (found === undefined) return
    event.preventDefault()
    found.run()
  }
  target.addEventListener('keydown', onKeyDown)
  return () => target.removeEventListener('keydown', onKeyDown)
}

/** Where the focus is: `stage` is inside `[data-hotkeys]`, or nowhere in particular. */
export type Place = 'stage' | 'elsewhere'

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element) || target === document.body || target === document.documentElement) return 'stage'
  if (
    target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="dialog"], [role="listbox"]') !==
    null
  )
    return 'elsewhere'
  return target.closest('[data-hotkeys]') === null ? 'elsewhere' : 'stage'
}

/** A key without Ctrl, ⌘ or Alt acts only on the stage, and only while single keys are switched on. */
function allowed(keys: string, place: Place): boolean {
  return keys.includes('Mod+') || (place === 'stage' && settings.single)
}

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** Whether a key press is the one that `keys` names. */
export function matches(keys: string, press: KeyPress): boolean {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  const key = parts.at(-1) ?? ''
  const mod = parts.includes('Mod')
  if (mod !== (press.ctrlKey || press.metaKey) || press.altKey) return false
  // Shift is part of a character (`?`), but not of a named key or a letter.
  if ((key.length > 1 || /[a-z]/i.test(key)) && parts.includes('Shift') !== press.shiftKey) return false
  const pressed = press.key === ' ' ? 'Space' : press.key
  return pressed.toLowerCase() === key.toLowerCase()
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
}

/** The caps to show: `Shift+ArrowRight` is `Shift`, `→`. */
export function keyNames(keys: string): readonly string[] {
  if (keys === '+') return ['+']
  return keys
    .split('+')
    .map((part) => NAMES[part] ?? (part === 'Mod' ? modName() : part.length === 1 ? part.toUpperCase() : part))
}

function modName(): string {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'
}
