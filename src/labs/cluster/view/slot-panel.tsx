import { Map as MapIcon } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { Button } from '../../../ui/button.tsx'
import { hueOf } from '../../../viz/palette.ts'
import { keySteps, type SlotRangeView } from '../contract.ts'
import { count } from './describe.ts'
import { useView } from './hooks.ts'
import { KeyStepsTable } from './key-steps.tsx'
import { SlotMap, useSlotText } from './slot-map.tsx'

/** The map of the 16,384 slots with what a key makes of itself; from the point of view of the selected node. */
export function SlotPanel({ session }: { readonly session: LabSession }) {
  const [open, setOpen] = useState(true)
  return (
    <section className="cs-slots" data-open={open} aria-label="Hash slots">
      <div className="cs-slots-head">
        <h2>Hash slots</h2>
        <PointOfView session={session} />
        <Button
          size="small"
          look="ghost"
          aria-expanded={open}
          aria-label={open ? 'Hide the slot map' : 'Show the slot map'}
          onClick={() => setOpen(!open)}
        >
          <MapIcon size={14} aria-hidden />
        </Button>
      </div>
      {open && <Body session={session} />}
    </section>
  )
}

function PointOfView({ session }: { readonly session: LabSession }) {
  const who = useView(session, (view) => view.pointOfView)
  return <p className="cs-pov">{who === null ? 'as it is' : `as ${who} sees it`}</p>
}

function Body({ session }: { readonly session: LabSession }) {
  const [key, setKey] = useState('')
  const [slot, setSlot] = useState<number | null>(null)
  const steps = useMemo(() => (key === '' ? null : keySteps(key)), [key])
  const marked = steps?.slot ?? null
  const text = useSlotText(session, slot ?? marked)
  return (
    <div className="cs-slots-body">
      <SlotMap session={session} marked={marked} onLook={setSlot} />
      <p className="cs-slot-text">{text === '' ? 'Point at a slot, or type a key.' : text}</p>
      <label className="cs-key-field">
        <span>A key</span>
        <input
          className="b-input"
          value={key}
          maxLength={200}
          placeholder="user:{42}:name"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setKey(event.target.value)}
        />
        <output>{steps === null ? '' : `slot ${steps.slot}`}</output>
      </label>
      {steps !== null && <KeyStepsTable steps={steps} />}
      <Owners session={session} />
    </div>
  )
}

/** Who owns how much: the legend of the map, and the map as text. */
function Owners({ session }: { readonly session: LabSession }) {
  const ranges = useView(session, (view) => view.ranges) ?? []
  const order = useView(session, (view) => view.nodes.map(({ name }) => name)) ?? []
  const omitted = useView(session, (view) => view.rangesOmitted) ?? 0
  const owners = byOwner(ranges)
  return (
    <ul className="cs-owners" aria-label="Owners of slots">
      {owners.map(({ owner, slots, text }) => (
        <li key={owner ?? 'nobody'}>
          <i
            data-pattern={owner === null ? 'none' : order.indexOf(owner) % 5}
            style={owner === null ? {} : { background: `var(--term-${hueOf(order.indexOf(owner))})` }}
          />
          <strong>{owner ?? 'nobody'}</strong> <span>{count(slots, 'slot')}</span> <small>{text}</small>
        </li>
      ))}
      {omitted > 0 && <li>and {count(omitted, 'more range')}</li>}
    </ul>
  )
}

const RANGES_NAMED = 3

function byOwner(ranges: readonly SlotRangeView[]) {
  const owners = new Map<string | null, SlotRangeView[]>()
  for (const range of ranges) owners.set(range.owner, [...(owners.get(range.owner) ?? []), range])
  return [...owners].map(([owner, own]) => ({
    owner,
    slots: own.reduce((sum, { first, last }) => sum + last - first + 1, 0),
    text:
      own
        .slice(0, RANGES_NAMED)
        .map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`))
        .join(', ') + (own.length > RANGES_NAMED ? ', …' : ''),
  }))
}
