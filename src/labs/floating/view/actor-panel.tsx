import { useRef } from 'react'
import { useStore } from 'zustand'
import type { LabSession } from '../../../engine/client/session.ts'
import { Slider } from '../../../ui/slider.tsx'
import { plotNumber } from '../../../viz/plot.ts'
import { DESIGN_IDS, type DesignId, type DimensionView, type Picture } from '../contract.ts'
import { DesignFiles } from './design-files.tsx'
import { draftStore, keepDraft, tryDimension } from './draft.ts'
import { usePicture } from './hooks.ts'
import { useShown } from './shown.ts'
import { Statistics } from './statistics.tsx'

/** What the designs that ship are called in short. */
export const TITLES: Readonly<Record<DesignId, string>> = {
  volturnus: 'VolturnUS-S',
  oc3: 'OC3 spar',
  oc4: 'OC4 semi',
  cylinder: 'Cylinder',
  frame: 'Frame',
}

/** The design: which it is, its dimensions to be changed, and what follows from them. */
export function ActorPanel({ session }: { readonly session: LabSession }) {
  const picture = usePicture(session)
  const shown = useShown(session)
  if (picture === null || shown === null) return null
  return (
    <div className="f-panel">
      <header>
        <h2 className="f-title">{picture.title}</h2>
        <div className="f-chips">
          {DESIGN_IDS.map((id) => (
            <button key={id} type="button" onClick={() => void session.act({ id: 'design', args: { design: id } })}>
              {TITLES[id]}
            </button>
          ))}
        </div>
        <DesignFiles session={session} />
      </header>
      <KeyFigures now={shown.picture} before={shown.before?.picture ?? null} />
      <Dimensions session={session} picture={picture} />
      <Statistics picture={shown.picture} />
    </div>
  )
}

interface Figure {
  readonly name: string
  readonly unit: string
  of(picture: Picture): number
}

const FIGURES: readonly Figure[] = [
  { name: 'Mass', unit: 't', of: ({ figures }) => figures.massKg / 1000 },
  { name: 'Displaced water', unit: 'm³', of: ({ figures }) => figures.displacedM3 },
  { name: 'Centre of gravity, z', unit: 'm', of: ({ figures }) => figures.centreOfGravity[2] },
  { name: 'Centre of buoyancy, z', unit: 'm', of: ({ figures }) => figures.centreOfBuoyancy[2] },
  { name: 'Water-plane', unit: 'm²', of: ({ figures }) => figures.waterplaneAreaM2 },
  { name: 'Metacentric height GM', unit: 'm', of: ({ figures }) => figures.metacentricHeightM },
  ...(['Surge', 'Heave', 'Pitch', 'Yaw'] as const).map((name, at) => ({
    name: `${name} period`,
    unit: 's',
    of: ({ figures }: Picture) => figures.periodsS[[0, 2, 4, 5][at]!]!,
  })),
]

/** What decides how it floats, with what it was before the last change. */
function KeyFigures({ now, before }: { readonly now: Picture; readonly before: Picture | null }) {
  return (
    <table className="f-table">
      <caption>How it floats</caption>
      <tbody>
        {FIGURES.map(({ name, unit, of }) => {
          const value = plotNumber(of(now))
          const was = before === null ? value : plotNumber(of(before))
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-changed={was !== value}>
                {value} {unit}
              </td>
              <td className="f-was">{was === value ? '' : `was ${was}`}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const groupOf = ({ name }: DimensionView): string => name.slice(0, name.indexOf('.'))

function Dimensions({ session, picture }: { readonly session: LabSession; readonly picture: Picture }) {
  const groups = [...new Set(picture.dimensions.map(groupOf))]
  // The outer columns decide most; a platform without them begins with its first member.
  const opened = Math.max(0, groups.indexOf('column'))
  return (
    <section aria-label="Dimensions">
      {groups.map((group, at) => (
        <details key={group} className="f-group" open={at === opened}>
          <summary>{group.replaceAll('_', ' ')}</summary>
          {picture.dimensions
            .filter((dimension) => groupOf(dimension) === group)
            .map((dimension) => (
              <DimensionRow key={dimension.name} session={session} dimension={dimension} />
            ))}
        </details>
      ))}
    </section>
  )
}

/** How far a slider reaches on both sides of the present value, as a share of it. */
const REACH = 0.6

/** Room for the hand around the present value, within what is allowed. */
function reachOf({ value, min, max }: DimensionView): readonly [number, number] {
  const reach = value === 0 ? Math.min(10, (max - min) / 10) : Math.abs(value) * REACH
  return [Math.max(min, value - reach), Math.min(max, value + reach)]
}

/** A dimension with its slider: tried while the hand drags, kept when it lets go. */
export function DimensionRow({
  session,
  dimension,
}: {
  readonly session: LabSession
  readonly dimension: DimensionView
}) {
  const draft = useStore(draftStore, (state) => (state.draft?.dimension === dimension.name ? state.draft : null))
  const value = draft?.value ?? dimension.value
  const [low, high] = reachOf(dimension)
  // A key that is held down is one change: it is kept when the key goes up.
  const byKey = useRef(false)
  const keep = () => void keepDraft(session, dimension.unit)
  const label = dimension.name.slice(dimension.name.indexOf('.') + 1)
  const said = (number: number) => `${plotNumber(number)} ${dimension.unit}`
  return (
    <fieldset
      className="f-dimension"
      aria-label={dimension.title}
      onKeyDown={() => {
        byKey.current = true
      }}
      onKeyUp={() => {
        byKey.current = false
        keep()
      }}
    >
      <span className="f-dimension-name" title={dimension.title}>
        {label.replaceAll('-', ' ')}
      </span>
      <Slider
        label={dimension.title}
        min={low}
        max={high}
        step={(high - low) / 200}
        value={value}
        format={said}
        onChange={(next) => tryDimension(session, dimension.name, next)}
        onCommit={() => byKey.current || keep()}
      />
      <output className="b-num">{said(value)}</output>
      {draft?.failure != null && (
        <p className="f-failure" role="alert">
          {draft.failure}
        </p>
      )}
    </fieldset>
  )
}
