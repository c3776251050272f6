import { memo, useMemo } from 'react'
import type { LinkView } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { actorAt, HEADER } from '../../../engine/frame.ts'
import { linkCaption, normalDelay } from '../../../stage/groups.ts'
import { useLinks } from '../../../stage/stage-hooks.ts'
import { useSession } from '../../../ui/use-session.ts'
import type { PartView, PipeView } from '../contract.ts'
import { ACTOR } from '../frame.ts'
import { Dial, ServiceClock } from './dial.tsx'
import { type Structure, useCalm, usePart, usePipes, useRate, useSelected, viewOf } from './hooks.ts'
import { type Box, type FlowLayout, isBounded, rimShare } from './picture/layout.ts'
import { BACK_LANE, type Way, type Ways } from './picture/ways.ts'
import type { Pointing } from './pointing.ts'
import { grantOf } from './scene-back.tsx'
import { CONDITION_SIGN, conditionWord, countText, dropsText, fitText } from './words.ts'

/** What is read and taken hold of: names, numbers, badges, hands. Above the moving part. */

interface FrontProps {
  readonly session: LabSession
  readonly structure: Structure
  readonly layout: FlowLayout
  readonly ways: Ways
  /** Null: a picture to look at. */
  readonly pointing: Pointing | null
}

export function SceneFront({ session, structure, layout, ways, pointing }: FrontProps) {
  const selected = useSelected(session)
  const pipes = usePipes(session)
  const links = useLinks(session)
  return (
    <>
      {layout.cells[0]!.heading > 0 && <Headings session={session} layout={layout} />}
      {ways.pipes.map((way, at) => {
        const [from, to] = structure.pipes[at]!
        const alone = structure.pipes.filter(([other]) => other === from).length === 1
        return (
          <PipeLabel
            key={`${from}-${to}`}
            session={session}
            way={way}
            from={from}
            grant={pipes[at]?.grant ?? 'open'}
            credit={pipes[at]?.credit ?? null}
            state={grantOf(pipes[at])}
            fault={faultOf(links, pipes[at])}
            hasRate={alone && !layout.preview}
            layout={layout}
          />
        )
      })}
      {structure.parts.map(({ name }, actor) => (
        <g
          key={name}
          data-actor={actor}
          className="fl-actor"
          data-selected={selected === name}
          {...(pointing?.actorProps(actor, selected) ?? {})}
        >
          <Part session={session} name={name} actor={actor} layout={layout} hands={pointing !== null} />
        </g>
      ))}
    </>
  )
}

function Headings({ session, layout }: { readonly session: LabSession; readonly layout: FlowLayout }) {
  const differences = useSession(session, ({ slow }) => (slow === null ? [] : viewOf(slow).differences))
  const size = 13 * layout.textScale
  return layout.cells.map(({ variant, x, y, width }) => (
    <g key={variant} className="fl-heading">
      <text x={x + 12} y={y + layout.line + 2} fontSize={size}>
        <tspan className="fl-letter">{'ABCD'[variant]}</tspan>
        <tspan dx={8}>{fitText(differences[variant] ?? '', width - 48, size)}</tspan>
      </text>
    </g>
  ))
}

interface Fault {
  readonly severed: boolean
  readonly clog: boolean
  /** `30% lost`. */
  readonly text: string
}

/** What the link below a pipe suffers, in either direction. */
function faultOf(links: readonly LinkView[], pipe: PipeView | undefined): Fault | null {
  const mine = links.filter(
    ({ from, to }) => (from === pipe?.from && to === pipe.to) || (from === pipe?.to && to === pipe.from),
  )
  const faulty = mine.filter(({ changed, severed }) => changed || severed)
  const [first] = faulty
  if (first === undefined) return null
  const severed = faulty.some((link) => link.severed)
  const clog = faulty.some((link) => link.clog)
  return { severed, clog, text: severed || clog ? '' : linkCaption(first, normalDelay(links)) }
}

interface PipeLabelProps {
  readonly session: LabSession
  readonly way: Way
  readonly from: number
  readonly grant: string
  readonly credit: number | null
  readonly state: ReturnType<typeof grantOf>
  readonly fault: Fault | null
  readonly hasRate: boolean
  readonly layout: FlowLayout
}

/** Shorter pipes have no room for a word. */
const LABEL_FROM_PX = 34

/** What may be sent, as short as a pipe; the list has it in full. */
function grantText(credit: number | null, grant: string): string {
  if (credit === null || grant.endsWith(' B') || grant === 'paused') return grant
  return grant.startsWith('nobody') ? 'not asked' : `${countText(credit)} left`
}

/** How much passes, what may be sent, and a valve at the sender's end. */
function PipeLabel({ session, way, from, grant, credit, state, fault, hasRate, layout }: PipeLabelProps) {
  const rate = useRate(session, from, 'departedPerS')
  const middle = way.xs.length >> 1
  const x = way.xs[middle]!
  const y = way.ys[middle]!
  const size = 11 * layout.textScale
  const valve = Math.min(way.xs.length - 1, 2)
  return (
    <g className="fl-pipe-label" data-grant={state}>
      {hasRate && rate !== null && way.length >= LABEL_FROM_PX && (
        <text x={x} y={y - 10} fontSize={size}>
          {countText(rate)}/s
        </text>
      )}
      {state !== 'open' && !layout.preview && way.length >= LABEL_FROM_PX && (
        <text className="fl-grant" x={x} y={y + BACK_LANE + 6 + size} fontSize={size * 0.95}>
          {fitText(grantText(credit, grant), way.length + 20, size)}
        </text>
      )}
      {fault !== null && (
        <g className="fl-fault" data-severed={fault.severed}>
          {(fault.severed || fault.clog) && (
            <path
              transform={`translate(${x} ${y})`}
              d={fault.severed ? 'M-8 -8 L8 8 M8 -8 L-8 8' : 'M-3 -9 V9 M3 -9 V9'}
            />
          )}
          {!layout.preview && fault.text !== '' && (
            <text x={x} y={y - 12 - size} fontSize={size}>
              {fitText(fault.text, way.length + 40, size)}
            </text>
          )}
        </g>
      )}
      {state === 'shut' && (
        <path
          className="fl-valve"
          transform={`translate(${way.xs[valve]!} ${way.ys[valve]!})`}
          d="M-6 -7 V7 L6 -7 V7 Z M0 -2 V-13 M-5 -13 H5"
        />
      )}
      {state === 'paused' && (
        <path
          className="fl-valve"
          transform={`translate(${way.xs[valve]!} ${way.ys[valve]!})`}
          d="M-4 -8 V8 M4 -8 V8"
        />
      )}
    </g>
  )
}

interface PartProps {
  readonly session: LabSession
  readonly name: string
  readonly actor: number
  readonly layout: FlowLayout
  readonly hands: boolean
}

const Part = memo(function Part({ session, name, actor, layout, hands }: PartProps) {
  const part = usePart(session, name)
  const box = layout.boxes[actor]
  if (part === null || box === undefined) return null
  const common = { session, part, actor, box, layout }
  return (
    <>
      <rect
        className="fl-target"
        x={box.x}
        y={box.y}
        width={box.width}
        height={box.height}
        rx={part.kind === 'source' ? 14 : 5}
      />
      <rect
        className="fl-focus"
        x={box.x - 5}
        y={box.y - 5}
        width={box.width + 10}
        height={box.height + 10}
        rx={part.kind === 'source' ? 18 : 9}
      />
      {!layout.preview && <NameLine {...common} />}
      {part.kind === 'source' && <Dial {...common} hand={hands} />}
      {part.kind === 'stage' && box.detail === 'full' && <ServiceClock {...common} hand={hands} />}
      {!layout.preview && <TankNumbers {...common} />}
      {hands && part.kind === 'stage' && <Rim part={part} box={box} />}
      {hands && part.kind !== 'receiver' && (
        <circle className="fl-outlet" data-hand="connect" cx={box.x + box.width} cy={box.pipeY} r={6} />
      )}
      {!layout.preview && <Captions {...common} />}
      {part.kind === 'source' && <RetryLoop {...common} />}
    </>
  )
})

/** By the state in the frame: a closed breaker is as if there were none. */
const BREAKER_WORDS = [
  null,
  null,
  { word: 'breaker open', like: 'down' },
  { word: 'breaker half-open', like: 'held' },
] as const

/** The name, and how the part does: a sign and a word, or the sign alone. */
function NameLine({ session, part, actor, box, layout }: CaptionProps) {
  const used = useRate(session, actor, 'utilisation')
  // Between two items a stage is idle, too, but not starved.
  const isBetween = part.condition === 'idle' && used !== null && used > 0
  const condition = useCalm(isBetween ? 'working' : part.condition)
  const breaker = useSession(session, (now) => BREAKER_WORDS[frameValue(now, actor, ACTOR.breaker) ?? 0] ?? null)
  const word = breaker?.word ?? conditionWord(condition, part)
  const sign = breaker === null ? CONDITION_SIGN[condition] : '⌿'
  const colour = part.status === 'up' ? (breaker?.like ?? condition) : 'down'
  const size = 13 * layout.textScale
  const inWords = [sign, word].filter((each) => each !== '').join(' ')
  const fits = (part.part.length + inWords.length) * size * 0.52 < box.room.width - 10
  const said = box.detail === 'bare' || !fits ? sign : inWords
  // Without room below, what fell out is told here.
  const dropped = part.droppedByReason.reduce((sum, count) => sum + count, 0)
  const fallen = box.captions === 0 && dropped > 0 ? `▼ ${countText(dropped)}` : ''
  const room = box.room.width - 6 - (said.length + fallen.length) * size * 0.5
  return (
    <text className="fl-name" x={box.x + box.width / 2} y={box.y - 7} fontSize={size}>
      {fitText(part.part, room, size)}
      {said !== '' && (
        <tspan className="fl-condition" data-condition={colour} dx={6} fontSize={size * 0.88}>
          {said}
        </tspan>
      )}
      {fallen !== '' && (
        <tspan className="fl-condition" data-condition="full" dx={6} fontSize={size * 0.88}>
          {fallen}
        </tspan>
      )}
    </text>
  )
}

/** How many wait, and at the rim how many can. */
function TankNumbers({ session, part, actor, box, layout }: CaptionProps) {
  const { tank } = box
  const size = (box.detail === 'full' ? 13 : 11) * layout.textScale
  const inside = useSession(session, (now) => insideOf(now, part, actor))
  const rimY = tank.y + tank.height * (1 - (inside.places === null ? 1 : rimShare(inside.places)))
  const rimTextY = rimY - tank.y > size ? rimY - 3 : rimY + size * 0.85
  return (
    <>
      {inside.text !== '' && (
        <text className="fl-waiting" x={tank.x + 3} y={tank.y + size} fontSize={size}>
          {inside.text}
        </text>
      )}
      {inside.places !== null && tank.width > 46 * layout.textScale && (
        <text className="fl-rim-text" x={tank.x + tank.width - 2} y={rimTextY} fontSize={size * 0.85}>
          {countText(inside.places)}
        </text>
      )}
    </>
  )
}

/** What is in a vessel, and how much fits below its rim; null: there is none. */
function insideOf(
  session: LabSession,
  { kind, waiting, capacity }: PartView,
  actor: number,
): { readonly text: string; readonly places: number | null } {
  const whole = (offset: number) => Math.round(frameValue(session, actor, offset) ?? 0)
  switch (kind) {
    case 'source':
      return { text: waiting > 0 ? countText(waiting) : '', places: null }
    case 'stage':
      return { text: countText(waiting), places: capacity !== null && isBounded(capacity) ? capacity : null }
    case 'sender':
      return { text: countText(whole(ACTOR.inFlight)), places: whole(ACTOR.window) || null }
    case 'receiver':
      return { text: `${countText(whole(ACTOR.waiting))} B`, places: null }
  }
}

/** The hand on the rim: pulled up and down it changes the capacity. */
function Rim({ part, box: { tank } }: { readonly part: PartView; readonly box: Box }) {
  const share = part.capacity !== null && isBounded(part.capacity) ? rimShare(part.capacity) : 1
  const y = tank.y + tank.height * (1 - share)
  return (
    <g className="fl-hand" data-hand="capacity">
      <rect className="fl-hand-target" x={tank.x - 8} y={y - 9} width={tank.width + 10} height={18} />
      <path className="fl-grip" d={`M${tank.x - 9} ${y - 5} l-6 5 l6 5 Z`} />
    </g>
  )
}

interface CaptionProps {
  readonly session: LabSession
  readonly part: PartView
  readonly actor: number
  readonly box: Box
  readonly layout: FlowLayout
}

/** Below the body: what it is set to, what it is doing, what fell out. */
function Captions({ session, part, actor, box, layout }: CaptionProps) {
  const open = useSession(session, (now) => frameValue(now, actor, ACTOR.open))
  const good = useRate(session, actor, 'goodPerS')
  const turnedAway = useSession(session, (now) =>
    part.kind === 'source' ? frameValue(now, actor, ACTOR.dropped) : null,
  )
  const drops = turnedAway ? `${countText(turnedAway)} not sent` : dropsText(part.droppedByReason)
  const lines = useMemo(() => {
    const own = { text: part.short, look: 'short' }
    const badges = { text: part.badges.join(' · '), look: 'badges' }
    const fallen = { text: drops === '' ? '' : `▼ ${drops}`, look: 'drops' }
    const answered = good === null ? '' : ` · ${countText(good)}/s good`
    const flight = { text: open === null ? '' : `${countText(open)} open${answered}`, look: 'state' }
    const order = part.kind === 'source' ? [own, flight, fallen, badges] : [own, fallen, badges]
    const told = order.filter(({ text }) => text !== '')
    // Where there is one line, what happens is told before what is set.
    return box.captions === 1
      ? told.slice(told.length > 1 && told[1]!.look !== 'badges' ? 1 : 0).slice(0, 1)
      : told.slice(0, box.captions)
  }, [part, drops, good, open, box.captions])
  const size = 11.5 * layout.textScale
  return lines.map(({ text, look }, at) => (
    <text
      key={look}
      className="fl-caption"
      data-look={look}
      x={box.x + box.width / 2}
      y={box.y + box.height + layout.line * (at + 0.95)}
      fontSize={size}
    >
      {fitText(text, box.room.width - 6, size)}
    </text>
  ))
}

/** A number of the last frame: read when slow state comes, so that text changes ten times a second at most. */
function frameValue({ frame }: LabSession, actor: number, offset: number): number | null {
  if (frame === null || frame[HEADER.actorStride] !== ACTOR.size || actor >= frame[HEADER.actors]!) return null
  const value = frame[actorAt(frame, actor) + offset]!
  return value < 0 ? null : value
}

/** What failed turns round and goes out again: as thick as there are retries a second. */
function RetryLoop({ session, actor, box, layout }: CaptionProps) {
  const rate = useRate(session, actor, 'retriedPerS')
  if (rate === null || rate <= 0) return null
  const x = box.x + box.width
  const y = box.pipeY
  const thick = Math.min(4.5, 1.5 + Math.log10(1 + rate) * 1.2)
  const size = 11 * layout.textScale
  return (
    <g className="fl-retry">
      <path
        className="fl-retry-loop"
        strokeWidth={thick}
        d={`M${x + 4} ${y + BACK_LANE + 3} v10 a9 9 0 0 0 18 0 v${-BACK_LANE - 3}`}
      />
      <path className="fl-retry-head" d={`M${x + 22} ${y + 3} l-6 9 h12 Z`} />
      {!layout.preview && (
        <text x={x + 4} y={y + BACK_LANE + 27 + size} fontSize={size}>
          ↻ {countText(rate)}/s
        </text>
      )}
    </g>
  )
}
