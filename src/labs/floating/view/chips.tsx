import { Anchor, type LucideIcon, Scale, Waves, Wind, Workflow } from 'lucide-react'
import { type ComponentProps, type ReactNode, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { isDimmed } from '../../../stage/actions.ts'
import { Button } from '../../../ui/button.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { Popover } from '../../../ui/popover.tsx'
import { Slider } from '../../../ui/slider.tsx'
import { DESIGN_IDS, type DesignId, type Picture } from '../contract.ts'
import {
  currentAct,
  modelAct,
  modelState,
  type StageAct,
  seaAct,
  statusAct,
  stillAct,
  whiteAct,
  windAct,
} from './acts.ts'
import { run } from './menus.ts'

/** What surrounds the platform, in a word each; a press opens what can be changed. */

interface ChipsProps {
  readonly session: LabSession
  readonly picture: Picture
  readonly allow: readonly string[] | null
}

export function Chips(props: ChipsProps) {
  return (
    <div className="fs-chips">
      <DesignChip {...props} />
      <SeaChip {...props} />
      <WindChip {...props} />
      <CurrentChip {...props} />
      <ModelChip {...props} />
    </div>
  )
}

const number = (value: number): string => String(Number(value.toFixed(1)))

function Chip({
  children,
  allow,
  act,
  ...rest
}: ComponentProps<'button'> & { allow: readonly string[] | null; act: string }) {
  return (
    <Button {...rest} size="small" className="fs-chip" dimmed={isDimmed(act, allow)}>
      {children}
    </Button>
  )
}

const DESIGN_TITLES: Readonly<Record<DesignId, string>> = {
  volturnus: 'VolturnUS-S, semi-submersible, 15 MW',
  oc3: 'OC3-Hywind, spar, 5 MW',
  oc4: 'OC4-DeepCwind, semi-submersible, 5 MW',
  cylinder: 'Cylinder on four chains',
  frame: 'Frame of round and square members',
}

function DesignChip({ session, picture, allow }: ChipsProps) {
  return (
    <Menu
      trigger={
        <Chip allow={allow} act="design" aria-label={`Design: ${picture.title}`} title={picture.title}>
          <Anchor size={14} aria-hidden /> {picture.title.split(' ')[0]}
        </Chip>
      }
      entries={DESIGN_IDS.map((id) => ({
        kind: 'item',
        label: DESIGN_TITLES[id],
        hint: `design ${id}`,
        dimmed: isDimmed('design', allow),
        onSelect: () => void session.act({ id: 'design', args: { design: id } }),
      }))}
    />
  )
}

interface FieldProps {
  readonly label: string
  readonly unit: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  /** When the thumb is let go. */
  onKeep(value: number): void
}

/** A number with its slider; the run follows when the thumb is let go. */
function Field({ label, unit, value, min, max, step, onKeep }: FieldProps) {
  const [moving, setMoving] = useState<number | null>(null)
  const now = moving ?? value
  return (
    <div className="fs-field">
      <span>{label}</span>
      <output>
        {number(now)} {unit}
      </output>
      <Slider
        label={label}
        min={min}
        max={max}
        step={step}
        value={Math.min(max, Math.max(min, now))}
        format={(each) => `${number(each)} ${unit}`}
        onChange={setMoving}
        onCommit={(each) => {
          setMoving(null)
          onKeep(each)
        }}
      />
    </div>
  )
}

interface HeadingProps extends Pick<FieldProps, 'label' | 'value'> {
  /** As a command has it: `35deg`. */
  onKeep(heading: string): void
}

function Heading({ onKeep, ...rest }: HeadingProps) {
  return <Field {...rest} unit="deg" min={-180} max={180} step={5} onKeep={(now) => onKeep(`${now}deg`)} />
}

function ActButton({ session, act, pressed }: { session: LabSession; act: StageAct; pressed: boolean }) {
  return (
    <Button size="small" aria-pressed={pressed} title={act.verb} onClick={() => run(session, act)}>
      {act.label}
    </Button>
  )
}

interface SurroundingProps extends Pick<ChipsProps, 'allow'> {
  readonly title: string
  /** Id of the act that its controls make. */
  readonly act: string
  readonly name: string
  /** What it is now. */
  readonly text: string
  readonly more?: string
  readonly icon: LucideIcon
  readonly children: ReactNode
}

function Surrounding({ title, act, name, text, more = '', icon: Icon, allow, children }: SurroundingProps) {
  return (
    <Popover
      title={title}
      trigger={
        <Chip allow={allow} act={act} aria-label={`${name}: ${text}`}>
          <Icon size={14} aria-hidden /> {text}
          {more}
        </Chip>
      }
    >
      {children}
    </Popover>
  )
}

function SeaChip({ session, picture, allow }: ChipsProps) {
  const [train] = picture.sea
  if (train === undefined) return null
  const isJonswap = train.spectrum === 'JONSWAP' && train.heightM > 0
  const text =
    train.spectrum === 'unit'
      ? 'white noise'
      : isJonswap
        ? `${number(train.heightM)} m · ${number(train.periodS)} s`
        : 'still water'
  const more = picture.sea.length > 1 ? ` + ${picture.sea.length - 1}` : ''
  const set = (options: Record<string, string>) => run(session, seaAct(options))
  return (
    <Surrounding title="Waves (JONSWAP)" act="sea" name="Sea" text={text} more={more} icon={Waves} allow={allow}>
      <Field
        label="Significant height"
        unit="m"
        min={0.5}
        max={15}
        step={0.5}
        value={train.heightM}
        onKeep={(hs) => set({ hs: `${hs}m` })}
      />
      <Field
        label="Peak period"
        unit="s"
        min={4}
        max={24}
        step={0.5}
        value={train.periodS}
        onKeep={(tp) => set({ tp: `${tp}s` })}
      />
      <Heading label="Runs towards" value={train.headingDeg} onKeep={(heading) => set({ heading })} />
      <div className="fs-acts">
        <ActButton session={session} act={stillAct} pressed={text === 'still water'} />
        <ActButton session={session} act={whiteAct} pressed={train.spectrum === 'unit'} />
      </div>
      <code className="fs-verb">
        {
          seaAct({
            hs: `${number(train.heightM)}m`,
            tp: `${number(train.periodS)}s`,
            heading: `${number(train.headingDeg)}deg`,
          }).verb
        }
      </code>
    </Surrounding>
  )
}

function WindChip({ session, picture, allow }: ChipsProps) {
  const { mps, headingDeg, turbulence } = picture.wind
  const text = `${number(mps)} m/s${picture.parked ? ', parked' : ''}`
  const speed = `${number(mps)}m/s`
  return (
    <Surrounding title="Wind at the hub" act="wind" name="Wind" text={text} icon={Wind} allow={allow}>
      <Field
        label="Speed"
        unit="m/s"
        min={0}
        max={30}
        step={0.5}
        value={mps}
        onKeep={(now) => run(session, windAct(`${now}m/s`))}
      />
      <Heading
        label="Blows towards"
        value={headingDeg}
        onKeep={(heading) => run(session, windAct(speed, { heading }))}
      />
      {typeof turbulence === 'number' && (
        <Field
          label="Turbulence"
          unit="%"
          min={0}
          max={30}
          step={1}
          value={turbulence * 100}
          onKeep={(now) => void session.act({ id: 'wind', args: { speed, turbulence: Math.round(now * 10) } })}
        />
      )}
      <div className="fs-acts">
        <ActButton session={session} act={statusAct(false)} pressed={!picture.parked} />
        <ActButton session={session} act={statusAct(true)} pressed={picture.parked} />
      </div>
      <code className="fs-verb">{windAct(speed, { heading: `${number(headingDeg)}deg` }).verb}</code>
    </Surrounding>
  )
}

function CurrentChip({ session, picture, allow }: ChipsProps) {
  const { mps, headingDeg } = picture.current
  const speed = `${number(mps)}m/s`
  const text = `${number(mps)} m/s`
  return (
    <Surrounding title="Current at the surface" act="current" name="Current" text={text} icon={Workflow} allow={allow}>
      <Field
        label="Speed"
        unit="m/s"
        min={0}
        max={3}
        step={0.1}
        value={mps}
        onKeep={(now) => run(session, currentAct(`${number(now)}m/s`))}
      />
      <Heading
        label="Runs towards"
        value={headingDeg}
        onKeep={(heading) => run(session, currentAct(speed, { heading }))}
      />
      <code className="fs-verb">{currentAct(speed, { heading: `${number(headingDeg)}deg` }).verb}</code>
    </Surrounding>
  )
}

function ModelChip({ session, picture, allow }: ChipsProps) {
  const state = modelState(picture)
  return (
    <Surrounding title="The model" act="model" name="Model" text={state} icon={Scale} allow={allow}>
      <p className="f-note">
        RAFT has known defects. Corrected is what is right; as RAFT is what RAFT computes, to compare with it.
      </p>
      <div className="fs-acts">
        <ActButton session={session} act={modelAct(true)} pressed={state === 'corrected'} />
        <ActButton session={session} act={modelAct(false)} pressed={state === 'as RAFT'} />
      </div>
      <code className="fs-verb">{modelAct(state !== 'as RAFT').verb}</code>
    </Surrounding>
  )
}
