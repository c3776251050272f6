import { Fragment, type ReactNode } from 'react'
import type { PartShot, PipeShot, RealSnapshot } from './snapshot.ts'
import { CONDITION_TEXTS, countText, itemsText, timeText } from './words.ts'

/** Items that are drawn one by one; more are a level. */
const DOTS_MAX = 24
const DOTS_IN_ROW = 6
const DOT = 8
/** At this many items a vessel is drawn full; the level is logarithmic: 10 are seen, and so are 10,000. */
const FULL = 20_000
const VESSEL = { width: 68, height: 44 }
const PIPE = { width: 68, height: 46 }

const level = (items: number): number => Math.min(1, Math.log1p(items) / Math.log1p(FULL))

interface RealPictureProps {
  readonly snapshot: RealSnapshot
  /** What can be done to a worker. */
  actions(part: PartShot, index: number): ReactNode
}

/** The workers as vessels, one below the other, with the pipes between them: a list, drawn and in words. */
export function RealPicture({ snapshot: { parts, pipes }, actions }: RealPictureProps) {
  return (
    <ol className="rm-picture" aria-label="Workers and pipes">
      {parts.map((part, index) => (
        <Fragment key={part.name}>
          {index > 0 && <Pipe pipe={pipes[index - 1]!} />}
          <li className="rm-part" data-condition={part.condition}>
            <Vessel part={part} />
            <PartWords part={part} />
            {actions(part, index)}
          </li>
        </Fragment>
      ))}
    </ol>
  )
}

function Vessel({ part: { inside, condition } }: { readonly part: PartShot }) {
  const { width, height } = VESSEL
  const filled = level(inside) * (height - 4)
  return (
    <svg className="rm-vessel" width={width} height={height} aria-hidden="true">
      <rect className="rm-wall" x="2" y="2" width={width - 4} height={height - 4} rx="5" />
      {inside > DOTS_MAX ? (
        <rect className="rm-level" x="4" y={height - 2 - filled} width={width - 8} height={filled} />
      ) : (
        <Dots count={inside} x={8} bottom={height - 6} />
      )}
      {condition === 'dead' && (
        <path className="rm-dead" d={`M10 8 L${width - 10} ${height - 8} M${width - 10} 8 L10 ${height - 8}`} />
      )}
      {condition === 'silent' && (
        <text className="rm-mark" x={width - 14} y="18">
          ?
        </text>
      )}
      {(condition === 'held' || condition === 'stopped') && (
        <path className="rm-bars" d={`M${width / 2 - 5} 14 v16 M${width / 2 + 5} 14 v16`} />
      )}
    </svg>
  )
}

/** Items, oldest in front: at the lower end. */
function Dots({ count, x, bottom }: { readonly count: number; readonly x: number; readonly bottom: number }) {
  return Array.from({ length: count }, (_, index) => (
    <rect
      // biome-ignore lint/suspicious/noArrayIndexKey: places, not items
      key={index}
      className="rm-item"
      x={x + (index % DOTS_IN_ROW) * (DOT + 1)}
      y={bottom - DOT - Math.floor(index / DOTS_IN_ROW) * (DOT + 1)}
      width={DOT - 1}
      height={DOT - 1}
      rx="1"
    />
  ))
}

function PartWords({ part }: { readonly part: PartShot }) {
  const { name, kind, condition, inside, done, sent, dropped, silentMs } = part
  const counts = [
    kind === 'producer' ? `made ${countText(sent)}` : `done ${countText(done)}`,
    ...(kind === 'producer' ? [] : [`inside ${countText(inside)}`]),
    ...(dropped > 0 ? [`given up ${countText(dropped)}`] : []),
  ]
  return (
    <div className="rm-words">
      <b>{name}</b>
      <span className="rm-condition">
        {CONDITION_TEXTS[condition]}
        {condition === 'silent' && ` for ${timeText(silentMs)}`}
      </span>
      <span className="rm-counts">{counts.join(', ')}</span>
    </div>
  )
}

function Pipe({ pipe }: { readonly pipe: PipeShot }) {
  const { between, ahead, inFlight, lost, capacity, expected } = pipe
  const { width, height } = PIPE
  const middle = width / 2
  return (
    <li className="rm-pipe">
      <svg width={width} height={height} aria-hidden="true">
        <path className="rm-tube" d={`M4 1 V${height - 1} M${width - 4} 1 V${height - 1}`} />
        {inFlight > DOTS_MAX ? (
          <rect
            className="rm-level"
            x="6"
            y={height * (1 - level(inFlight))}
            width={width - 12}
            height={height * level(inFlight)}
          />
        ) : (
          <Dots count={inFlight} x={7} bottom={height - 4} />
        )}
        {lost > 0 && <path className="rm-lost" d={`M${middle} ${height - 22} v10 m-6 -5 l6 6 l6 -6`} />}
      </svg>
      <div className="rm-words">
        <span className="b-hidden">
          From {between[0]} to {between[1]}:
        </span>
        <span className="rm-ahead">
          <b>{countText(ahead)}</b> ahead{expected === null ? `, ${capacity}` : ` of ${capacity}`}
        </span>
        <span className="rm-counts">
          {itemsText(inFlight)} in the pipe
          {lost > 0 && <em>, {itemsText(lost)} lost</em>}
        </span>
      </div>
    </li>
  )
}
