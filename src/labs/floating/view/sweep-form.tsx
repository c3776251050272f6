import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { plotNumber } from '../../../viz/plot.ts'
import type { DimensionView, SweepPlan } from '../contract.ts'

/** Most designs of a sweep. */
const DESIGNS_MAX = 10_000
/** How far a range reaches at first on both sides of the present value. */
const REACH = 0.2

/** What is typed; texts, since half a number is no number. */
interface AxisText {
  readonly dimension: string
  readonly from: string
  readonly to: string
}

function around({ name, value, min, max }: DimensionView): AxisText {
  const reach = (Math.abs(value) || 1) * REACH
  const [from, to] = [Math.max(min, value - reach), Math.min(max, value + reach)]
  return { dimension: name, from: plotNumber(from), to: plotNumber(to) }
}

interface SweepFormProps {
  readonly dimensions: readonly DimensionView[]
  readonly seed: number
  start(plan: SweepPlan): void
}

/** Which dimensions, between which values, and how many designs. */
export function SweepForm({ dimensions, seed, start }: SweepFormProps) {
  const [first, setFirst] = useState(() =>
    around(dimensions.find(({ name }) => name === 'platform.spacing') ?? dimensions[0]!),
  )
  const [second, setSecond] = useState<AxisText | null>(null)
  const [order, setOrder] = useState<SweepPlan['order']>('random')
  const [count, setCount] = useState('400')
  const axes = second === null ? [first] : [first, second]
  const problem = problemOf(axes, Number(count), dimensions)
  const begin = () => {
    if (problem !== null) return
    const wanted = Number(count)
    // A grid has as many steps along one axis as along the other.
    const designs = order === 'grid' ? Math.floor(wanted ** (1 / axes.length)) ** axes.length : wanted
    const ends = axes.map(({ dimension, from, to }) => ({ dimension, from: Number(from), to: Number(to) }))
    start({ axes: ends, order, count: designs, seed })
  }
  return (
    <form
      className="f-sweep-form"
      onSubmit={(event) => {
        event.preventDefault()
        begin()
      }}
    >
      <AxisFields title="Change" axis={first} dimensions={dimensions} onChange={(next) => next && setFirst(next)} />
      <AxisFields title="And change" axis={second} dimensions={dimensions} onChange={setSecond} optional />
      <div className="f-sweep-row">
        <label className="f-pick">
          Designs
          <input
            type="number"
            min={2}
            max={DESIGNS_MAX}
            value={count}
            onChange={({ target }) => setCount(target.value)}
          />
        </label>
        <label className="f-pick">
          Order
          <select value={order} onChange={({ target }) => setOrder(target.value as SweepPlan['order'])}>
            <option value="random">random, seed {seed}</option>
            <option value="grid">grid</option>
          </select>
        </label>
        <Button type="submit" look="accent" disabled={problem !== null}>
          Sweep
        </Button>
      </div>
      {problem !== null && <p className="f-failure">{problem}</p>}
    </form>
  )
}

function problemOf(axes: readonly AxisText[], count: number, dimensions: readonly DimensionView[]): string | null {
  if (!Number.isInteger(count) || count < 2 || count > DESIGNS_MAX) return `Between 2 and ${DESIGNS_MAX} designs.`
  if (axes.length === 2 && axes[0]!.dimension === axes[1]!.dimension) return 'Two different dimensions, or one.'
  for (const { dimension, from, to } of axes) {
    const known = dimensions.find(({ name }) => name === dimension)
    if (known === undefined) return `This design has no ${dimension}.`
    const { min, max, unit } = known
    const [low, high] = [Number(from), Number(to)]
    if (from === '' || to === '' || !(low < high)) return `${dimension}: from a smaller number to a greater one.`
    if (high < min || low > max) return `${dimension} lies between ${plotNumber(min)} and ${plotNumber(max)} ${unit}.`
  }
  return null
}

interface AxisFieldsProps {
  readonly title: string
  readonly axis: AxisText | null
  readonly dimensions: readonly DimensionView[]
  readonly optional?: boolean
  onChange(axis: AxisText | null): void
}

function AxisFields({ title, axis, dimensions, optional = false, onChange }: AxisFieldsProps) {
  const known = dimensions.find(({ name }) => name === axis?.dimension)
  const choose = (name: string) => onChange(name === '' ? null : around(dimensions.find((each) => each.name === name)!))
  return (
    <div className="f-sweep-axis">
      <label className="f-pick">
        {title}
        <select value={axis?.dimension ?? ''} onChange={({ target }) => choose(target.value)}>
          {optional && <option value="">nothing else</option>}
          {dimensions.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {axis !== null &&
        (['from', 'to'] as const).map((end) => (
          <label key={end} className="f-pick">
            {end}
            {known?.unit ? `, ${known.unit}` : ''}
            <input
              type="number"
              step="any"
              aria-label={`${axis.dimension} ${end}`}
              value={axis[end]}
              onChange={({ target }) => onChange({ ...axis, [end]: target.value })}
            />
          </label>
        ))}
    </div>
  )
}
