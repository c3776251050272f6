import { useState } from 'react'
import { formatPermille } from '../../base/units.ts'
import type { LinkView } from '../../engine/api.ts'
import type { ActorFacts } from '../../experiment/types.ts'
import { Section } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { Slider } from '../../ui/slider.tsx'
import {
  cellMark,
  directionOf,
  type Ends,
  EVERYBODY,
  linkText,
  msText,
  readMs,
  readRange,
  verbLine,
} from './faults-model.ts'
import { type Doer, NumberInput, Row } from './faults-parts.tsx'

/** A larger matrix has cells that nobody can hit. */
const MATRIX_MAX = 9

interface Props {
  readonly actors: readonly ActorFacts[]
  readonly links: readonly LinkView[]
  readonly ends: Ends
  readonly onEnds: (ends: Ends) => void
  readonly act: Doer
}

/** Links by direction: choose one, those of an actor, or all; then change what they do to messages. */
export function LinkFaults({ actors, links, ends, onEnds, act }: Props) {
  const { from, to } = ends
  return (
    <Section
      title={from === null && to === null ? 'Links: everybody' : `Links: ${from ?? 'everybody'} → ${to ?? 'everybody'}`}
    >
      {actors.length <= MATRIX_MAX ? (
        <Matrix actors={actors} links={links} ends={ends} onEnds={onEnds} />
      ) : (
        <EndsSelects actors={actors} ends={ends} onEnds={onEnds} />
      )}
      <Editor
        key={`${from}>${to}`}
        link={links.find((link) => link.from === from && link.to === to)}
        ends={ends}
        act={act}
      />
    </Section>
  )
}

function Matrix({ actors, links, ends, onEnds }: Omit<Props, 'act'>) {
  const byEnds = new Map(links.map((link) => [`${link.from}>${link.to}`, link]))
  const names = actors.map(({ name }) => name)
  const chosen = (from: string | null, to: string | null) => ends.from === from && ends.to === to
  const choose = (from: string | null, to: string | null) => onEnds(chosen(from, to) ? EVERYBODY : { from, to })
  return (
    <table className="i-matrix">
      <caption className="i-help">
        From the row to the column. A name stands for all its links, the corner for everybody.
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <MatrixButton label="everybody" pressed={chosen(null, null)} onPress={() => onEnds(EVERYBODY)}>
              *
            </MatrixButton>
          </th>
          {names.map((to) => (
            <th key={to} scope="col">
              <MatrixButton label={`everybody to ${to}`} pressed={chosen(null, to)} onPress={() => choose(null, to)}>
                {to}
              </MatrixButton>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {names.map((from) => (
          <tr key={from}>
            <th scope="row">
              <MatrixButton
                label={`${from} to everybody`}
                pressed={chosen(from, null)}
                onPress={() => choose(from, null)}
              >
                {from}
              </MatrixButton>
            </th>
            {names.map((to) => {
              if (from === to) return <td key={to} className="i-matrix-self" />
              const link = byEnds.get(`${from}>${to}`)
              return (
                <td key={to} data-changed={link?.changed === true} data-severed={link?.severed === true}>
                  <MatrixButton
                    label={`${from} to ${to}${link === undefined ? '' : `: ${linkText(link)}`}`}
                    pressed={chosen(from, to)}
                    onPress={() => choose(from, to)}
                  >
                    {cellMark(link)}
                  </MatrixButton>
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface MatrixButtonProps {
  readonly label: string
  readonly pressed: boolean
  readonly onPress: () => void
  readonly children: string
}

function MatrixButton({ label, pressed, onPress, children }: MatrixButtonProps) {
  return (
    <button type="button" className="i-cell" aria-label={label} aria-pressed={pressed} title={label} onClick={onPress}>
      {children}
    </button>
  )
}

const ALL = '*'

/** For many actors: two lists instead of a matrix. */
function EndsSelects({ actors, ends, onEnds }: Pick<Props, 'actors' | 'ends' | 'onEnds'>) {
  const options = [
    { value: ALL, label: 'everybody' },
    ...actors.map(({ name }) => ({ value: name as string, label: name as string })),
  ]
  const nameOf = (value: string) => (value === ALL ? null : value)
  return (
    <Row label="from, to">
      <Select
        label="From"
        size="small"
        value={ends.from ?? ALL}
        options={options}
        onChange={(value) => onEnds({ ...ends, from: nameOf(value) })}
      />
      <span aria-hidden>→</span>
      <Select
        label="To"
        size="small"
        value={ends.to ?? ALL}
        options={options}
        onChange={(value) => onEnds({ ...ends, to: nameOf(value) })}
      />
    </Row>
  )
}

function Editor({ link, ends, act }: { readonly link: LinkView | undefined; readonly ends: Ends; readonly act: Doer }) {
  const [low, setLow] = useState(msText(link?.delayUs.low ?? 5_000))
  const [high, setHigh] = useState(msText(link?.delayUs.high ?? 20_000))
  const delay = readRange(low, high)
  const change = (options: Readonly<Record<string, number | boolean | { low: number; high: number }>>) => ({
    id: 'link',
    args: { direction: directionOf(ends), ...options },
  })
  const itself = ends.from !== null && ends.from === ends.to ? 'nobody sends messages to himself' : null
  return (
    <>
      <Row label="messages">
        {act.button(change({ cut: true }), 'cut', itself)}
        {act.button(change({ clog: true }), 'clog', itself)}
        {act.button(change({ open: true }), 'open', itself)}
        {act.button(change({ reset: true }), 'reset', itself)}
      </Row>
      <Row label="delay">
        <NumberInput
          label="Shortest delay in milliseconds"
          value={low}
          onChange={setLow}
          wrong={readMs(low) === null}
        />
        <span aria-hidden>–</span>
        <NumberInput
          label="Longest delay in milliseconds"
          unit="ms"
          value={high}
          onChange={setHigh}
          wrong={readMs(high) === null}
        />
        {act.button(
          change({ delay: delay ?? { low: 0, high: 0 } }),
          'set',
          delay === null ? 'how many milliseconds?' : itself,
        )}
      </Row>
      <ShareSlider label="loss" start={link?.lossPermille ?? 0} onCommit={(loss) => act.do(change({ loss }))} />
      <ShareSlider
        label="duplicate"
        start={link?.duplicatePermille ?? 0}
        onCommit={(duplicate) => act.do(change({ duplicate }))}
      />
      <ShareSlider
        label="reorder"
        start={link?.reorderPermille ?? 0}
        onCommit={(reorder) => act.do(change({ reorder }))}
      />
      <p className="i-verb">
        <code>{verbLine(change({ cut: true })).replace(/ cut$/, '')} …</code>
      </p>
    </>
  )
}

/** A share of messages; it becomes an act when the thumb is let go. */
function ShareSlider({
  label,
  start,
  onCommit,
}: {
  readonly label: string
  readonly start: number
  readonly onCommit: (permille: number) => void
}) {
  const [value, setValue] = useState(start)
  return (
    <Row label={label}>
      <Slider
        label={`${label}, share of messages`}
        min={0}
        max={1_000}
        step={10}
        value={value}
        format={formatPermille}
        onChange={setValue}
        onCommit={onCommit}
      />
      <span className="i-unit b-num">{formatPermille(value)}</span>
    </Row>
  )
}
