import { type Delay, type Joint, LIMITS, OPERATORS, type Operator, type Primitive, type RealPlan } from './plan.ts'
import { bytesText, countText } from './words.ts'

/** What is run, in fields: every value stands in a list, so that none can be wrong by itself. */

const RATES = [20, 50, 100, 200, 500, 1_000, 5_000]
const DELAYS_MS = [1, 5, 10, 20, 50, 100, 500]
const PAYLOADS = [100, 1024, 16 * 1024, 64 * 1024, LIMITS.payloadBytes]
const MARKS = [0, 1, 4, 16]
const CREDITS = [1, 4, 16, 64]
const WIDTHS = [2, 4, 8, 32]

const PRIMITIVES: Readonly<Record<Primitive, string>> = {
  readable: 'ReadableStream, transferred',
  writable: 'WritableStream, transferred',
  flood: 'postMessage, no credits',
  credits: 'postMessage with credits',
  rxjs: 'RxJS in the stage',
}

const FIRST_JOINTS: Readonly<Record<Primitive, Joint>> = {
  readable: { primitive: 'readable', highWaterMark: 1 },
  writable: { primitive: 'writable', highWaterMark: 1 },
  flood: { primitive: 'flood' },
  credits: { primitive: 'credits', credits: 16 },
  rxjs: { primitive: 'rxjs', operator: 'concatMap', width: 4 },
}

interface ControlsProps {
  readonly plan: RealPlan
  /** Primitives that this browser cannot do. */
  readonly impossible: readonly Primitive[]
  change(plan: RealPlan): void
}

/** Joint, delays, rate, payload. */
export function RealControls({ plan, impossible, change }: ControlsProps) {
  const { joint } = plan
  const set = (part: Partial<RealPlan>) => change({ ...plan, ...part })
  return (
    <div className="rm-controls">
      <label className="rm-field rm-wide">
        Joined by
        <select
          value={joint.primitive}
          onChange={({ target }) => set({ joint: FIRST_JOINTS[target.value as Primitive] })}
        >
          {Object.entries(PRIMITIVES).map(([primitive, name]) => (
            <option key={primitive} value={primitive} disabled={impossible.includes(primitive as Primitive)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <JointFields joint={joint} change={(next) => set({ joint: next })} />
      <NumberField
        label="Producer makes"
        value={plan.ratePerS ?? 0}
        options={[...RATES, 0]}
        text={(rate) => (rate === 0 ? 'as fast as it can' : `${countText(rate)} a second`)}
        change={(rate) => set({ ratePerS: rate === 0 ? null : rate })}
      />
      <NumberField
        label="Stages"
        value={plan.stages}
        options={[1, 2, 3]}
        text={String}
        change={(stages) => set({ stages })}
      />
      <NumberField
        label="Time at a stage"
        value={plan.stageMs}
        options={DELAYS_MS}
        text={(ms) => `${ms} ms`}
        change={(stageMs) => set({ stageMs })}
      />
      <NumberField
        label="Time at the consumer"
        value={plan.consumerMs}
        options={DELAYS_MS}
        text={(ms) => `${ms} ms`}
        change={(consumerMs) => set({ consumerMs })}
      />
      <label className="rm-field">
        Spent
        <select value={plan.delay} onChange={({ target }) => set({ delay: target.value as Delay })}>
          <option value="work">computing (busy)</option>
          <option value="wait">waiting (a timer)</option>
        </select>
      </label>
      <NumberField
        label="Payload"
        value={plan.payloadBytes}
        options={PAYLOADS}
        text={bytesText}
        change={(payloadBytes) => set({ payloadBytes })}
      />
    </div>
  )
}

function JointFields({ joint, change }: { readonly joint: Joint; change(joint: Joint): void }) {
  switch (joint.primitive) {
    case 'readable':
    case 'writable':
      return (
        <NumberField
          label="highWaterMark"
          value={joint.highWaterMark}
          options={MARKS}
          text={String}
          change={(highWaterMark) => change({ ...joint, highWaterMark })}
        />
      )
    case 'credits':
      return (
        <NumberField
          label="Credits"
          value={joint.credits}
          options={CREDITS}
          text={String}
          change={(credits) => change({ ...joint, credits })}
        />
      )
    case 'rxjs':
      return (
        <>
          <label className="rm-field">
            Operator
            <select
              value={joint.operator}
              onChange={({ target }) => change({ ...joint, operator: target.value as Operator })}
            >
              {OPERATORS.map((operator) => (
                <option key={operator}>{operator}</option>
              ))}
            </select>
          </label>
          {(joint.operator === 'mergeMap' || joint.operator === 'bufferCount') && (
            <NumberField
              label={joint.operator === 'mergeMap' ? 'At once' : 'In a batch'}
              value={joint.width}
              options={WIDTHS}
              text={String}
              change={(width) => change({ ...joint, width })}
            />
          )}
        </>
      )
    case 'flood':
      return null
  }
}

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  readonly options: readonly number[]
  text(value: number): string
  change(value: number): void
}

function NumberField({ label, value, options, text, change }: NumberFieldProps) {
  return (
    <label className="rm-field">
      {label}
      <select value={value} onChange={({ target }) => change(Number(target.value))}>
        {options.map((option) => (
          <option key={option} value={option}>
            {text(option)}
          </option>
        ))}
      </select>
    </label>
  )
}
