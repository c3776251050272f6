import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { reducedMotion } from '../../../ui/motion.ts'
import { useSession } from '../../../ui/use-session.ts'
import { onPalette, palette } from '../../../viz/palette.ts'
import { onFrame } from '../../../viz/scheduler.ts'
import { createSlotPainter, type SlotColumns, slotColors } from '../../../viz/slot-map.ts'
import { type ClusterView, MAP_SIDE, SHEETS, SLOT_COLUMN, SLOT_STATES, SLOTS, STRANGER } from '../contract.ts'
import { useView } from './hooks.ts'

/** A slot that moves shows its giver and its taker by turns. */
const BLINK_MS = 450

/** The sheets of the session as columns; null before the first. */
function slotColumns(session: LabSession): SlotColumns | null {
  const slots = session.sheets.get(SHEETS.slots)
  const keys = session.sheets.get(SHEETS.keys)
  if (slots === undefined || keys === undefined) return null
  const column = (start: number) => new Uint8Array(slots, start, SLOTS)
  return {
    owner: column(SLOT_COLUMN.owner),
    state: column(SLOT_COLUMN.state),
    partner: column(SLOT_COLUMN.partner),
    keys: new Uint32Array(keys),
  }
}

export interface SlotMapProps {
  readonly session: LabSession
  /** The slot that a key fell into, marked; null: none. */
  readonly marked: number | null
  readonly onLook: (slot: number | null) => void
}

/** 128 x 128 slots; the pointer or the arrow keys look at one. */
export function SlotMap({ session, marked, onLook }: SlotMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [cursor, setCursor] = useState<number | null>(null)
  useMap(canvas, session)
  const moving = useView(session, openSlots) ?? []
  const look = (slot: number | null) => {
    setCursor(slot)
    onLook(slot)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const box = canvas.current?.getBoundingClientRect()
    if (box === undefined || box.width === 0) return
    const x = Math.floor(((event.clientX - box.left) / box.width) * MAP_SIDE)
    const y = Math.floor(((event.clientY - box.top) / box.height) * MAP_SIDE)
    const inside = x >= 0 && y >= 0 && x < MAP_SIDE && y < MAP_SIDE
    look(inside ? y * MAP_SIDE + x : null)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const from = cursor ?? marked ?? 0
    look((from + step * (event.shiftKey ? 8 : 1) + SLOTS) % SLOTS)
  }
  return (
    <div
      className="cs-map"
      role="slider"
      tabIndex={0}
      aria-label="Slot map: arrow keys look at a slot"
      aria-valuemin={0}
      aria-valuemax={SLOTS - 1}
      aria-valuenow={cursor ?? marked ?? 0}
      aria-valuetext={slotText(session, cursor ?? marked ?? 0)}
      onPointerMove={onPointerMove}
      onPointerLeave={() => look(null)}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} width={MAP_SIDE} height={MAP_SIDE} />
      {moving.map((slot) => (
        <Mark key={slot} slot={slot} className="cs-map-move" />
      ))}
      {marked !== null && <Mark slot={marked} className="cs-map-mark" />}
      {cursor !== null && <Mark slot={cursor} className="cs-map-cursor" />}
    </div>
  )
}

/** More rings than this are a blot; the pixels blink all the same. */
const RINGS_MAX = 8

function openSlots({ open }: ClusterView): readonly number[] {
  return [...new Set(open.map(({ slot }) => slot))].slice(0, RINGS_MAX)
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -MAP_SIDE,
  ArrowDown: MAP_SIDE,
}

function Mark({ slot, className }: { readonly slot: number; readonly className: string }) {
  const place = (cell: number) => `${((cell + 0.5) / MAP_SIDE) * 100}%`
  return (
    <span
      key={slot}
      className={className}
      style={{ left: place(slot % MAP_SIDE), top: place(Math.floor(slot / MAP_SIDE)) }}
    />
  )
}

/** Paints when a sheet came, the theme changed, or slots that move blink. */
function useMap(canvas: { readonly current: HTMLCanvasElement | null }, session: LabSession): void {
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null
    if (context === null) return
    const image = context.createImageData(MAP_SIDE, MAP_SIDE)
    const pixels = new Uint32Array(image.data.buffer)
    let paint = createSlotPainter(MAP_SIDE, slotColors(palette()))
    let painted: readonly unknown[] = []
    const stopPalette = onPalette(() => {
      paint = createSlotPainter(MAP_SIDE, slotColors(palette()))
      painted = []
    })
    const stop = onFrame('draw', (nowMs) => {
      const slots = session.sheets.get(SHEETS.slots)
      const keys = session.sheets.get(SHEETS.keys)
      const phase = reducedMotion() ? 0 : Math.floor(nowMs / BLINK_MS) % 2
      const wanted = [slots, keys, phase]
      if (wanted.every((each, at) => each === painted[at])) return
      const columns = slotColumns(session)
      if (columns === null) return
      // The blink alone is no reason to paint when nothing moves.
      const onlyBlink = slots === painted[0] && keys === painted[1]
      painted = wanted
      if (onlyBlink && !columns.state.some((state) => state !== 0)) return
      paint(pixels, columns, phase)
      context.putImageData(image, 0, 0)
    })
    return () => {
      stop()
      stopPalette()
    }
  }, [canvas, session])
}

/** `slot 5061: n1, 3 keys`. */
function slotText(session: LabSession, slot: number): string {
  const columns = slotColumns(session)
  if (columns === null) return `slot ${slot}`
  const names = (session.slow?.actors ?? []).map(({ name }) => name as string)
  const nameOf = (code: number) => (code === 0 ? 'nobody' : code === STRANGER ? 'a stranger' : (names[code - 1] ?? '?'))
  const keys = columns.keys[slot]!
  const state = SLOT_STATES[columns.state[slot]!] ?? 'stable'
  const partner = nameOf(columns.partner[slot]!)
  const moves =
    state === 'stable'
      ? ''
      : state === 'importing'
        ? `, importing from ${partner}`
        : state === 'claimed-twice'
          ? `, claimed by ${partner}, too`
          : `, moving to ${partner}`
  return `slot ${slot}: ${nameOf(columns.owner[slot]!)}, ${keys} ${keys === 1 ? 'key' : 'keys'}${moves}`
}

/** The text of the slot that is looked at; follows the world. */
export function useSlotText(session: LabSession, slot: number | null): string {
  return useSession(session, () => (slot === null ? '' : slotText(session, slot)))
}
