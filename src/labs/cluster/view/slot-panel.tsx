import { Map as MapIcon, X } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSize } from '../../../stage/stage-hooks.ts'
import { Button } from '../../../ui/button.tsx'
import { hueOf } from '../../../viz/palette.ts'
import { type ClusterView, keySteps, type SlotRangeView } from '../contract.ts'
import { count } from './describe.ts'
import { useView } from './hooks.ts'
import { KeyStepsTable } from './key-steps.tsx'
import { SlotMap, useSlotText } from './slot-map.tsx'

/** Narrower than this, nodes and map have no room side by side. */
const BESIDE_FROM_PX = 660

/** The map of the 16,384 slots with what a key makes of itself; from the point of view of the selected node. */
export function SlotPanel({ session }: { readonly session: LabSession }) {
  const place = useRef<HTMLElement | null>(null)
  const width = useSize(place)?.width ?? null
  const sheet = width !== null && width < BESIDE_FROM_PX
  const [chosen, setChosen] = useState<{ readonly beside: boolean; readonly sheet: boolean }>(CLOSED_SHEET)
  const open = width !== null && (sheet ? chosen.sheet : chosen.beside)
  const toggle = () => setChosen((now) => (sheet ? { ...now, sheet: !now.sheet } : { ...now, beside: !now.beside }))
  return (
    <section
      ref={(element) => {
        place.current = element?.parentElement ?? null
      }}
      className="cs-slots"
      data-open={open}
      data-sheet={sheet}
      aria-label="Hash slots"
    >
      <div className="cs-slots-head">
        {open && <h2>Hash slots</h2>}
        {open && <MapOwner session={session} />}
        <Button
          size="small"
          look={open ? 'ghost' : 'plain'}
          aria-expanded={open}
          aria-label={open ? 'Hide the slot map' : 'Show the slot map'}
          onClick={toggle}
        >
          {open ? <X size={14} aria-hidden /> : <MapIcon size={14} aria-hidden />}
          {!open && <span>Slots</span>}
        </Button>
      </div>
      {open && <Body session={session} />}
    </section>
  )
}

const CLOSED_SHEET = { beside: true, sheet: false }

/** Whose map it is. */
function MapOwner({ session }: { readonly session: LabSession }) {
  const who = useView(session, (view) => view.pointOfView)
  return <p className="cs-pov">{who === null ? 'as they are' : `as ${who} sees them`}</p>
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
      <div className="cs-slots-side">
        <p className="cs-slot-text">{text === '' ? 'Point at a slot, or type a key.' : text}</p>
        <label className="cs-key-field">
          <span>Key</span>
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
        <Moves session={session} />
        <Owners session={session} />
        <p className="cs-legend">Dots: slots with keys. Hue and pattern: the owner.</p>
      </div>
    </div>
  )
}

/** What moves: the administrator's job, and the slots that are open. */
function Moves({ session }: { readonly session: LabSession }) {
  const job = useView(session, (view) => view.job)
  const open = useView(session, movesOf) ?? []
  return (
    <>
      {job !== null && (
        <div className="cs-job">
          <p>
            <strong>{job.title}</strong> {job.done} of {count(job.total, 'slot')}
            {job.failure === null ? (job.finished ? ', done' : '') : `, stopped: ${job.failure}`}
          </p>
          <progress max={Math.max(1, job.total)} value={job.done} aria-label="Slots moved" />
        </div>
      )}
      {open.length > 0 && (
        <ul className="cs-moves" aria-label="Open slots">
          {open.slice(0, MOVES_NAMED).map((text) => (
            <li key={text}>{text}</li>
          ))}
          {open.length > MOVES_NAMED && <li>and {open.length - MOVES_NAMED} more</li>}
        </ul>
      )}
    </>
  )
}

const MOVES_NAMED = 3

/** `slot 2648: n1 gives it to n3, 4 keys left`, one line for each side that says so. */
function movesOf({ open }: ClusterView): readonly string[] {
  return open.map(({ slot, state, node, partner, keys }) =>
    state === 'migrating'
      ? `slot ${slot}: ${node} gives it to ${partner ?? 'a stranger'}, ${count(keys, 'key')} left`
      : `slot ${slot}: ${node} takes it from ${partner ?? 'a stranger'}, ${count(keys, 'key')} there`,
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
            data-pattern={owner === null ? 'nobody' : order.indexOf(owner) % 5}
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
