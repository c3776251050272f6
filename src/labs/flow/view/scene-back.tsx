import { memo } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import type { PipeView } from '../contract.ts'
import { type Structure, usePipes } from './hooks.ts'
import type { Box, FlowLayout } from './picture/layout.ts'
import { BACK_LANE, type Ways } from './picture/ways.ts'

/** What stands still behind the moving part: pipes and the walls of the vessels. */

interface SceneProps {
  readonly session: LabSession
  readonly structure: Structure
  readonly layout: FlowLayout
  readonly ways: Ways
}

export function SceneBack({ session, structure, layout, ways }: SceneProps) {
  const pipes = usePipes(session)
  return (
    <>
      {layout.cells.length > 1 &&
        layout.cells.map((cell) => (
          <path
            key={cell.variant}
            className="fl-cell"
            d={`M${cell.x} ${cell.y + cell.height} h${cell.width} M${cell.x} ${cell.y} v${cell.height}`}
          />
        ))}
      {ways.rails.map((way) => (
        <path key={way.path} className="fl-back" d={way.path} />
      ))}
      {ways.pipes.map((way, at) => {
        const [from, to] = structure.pipes[at]!
        return <Pipe key={`${from}-${to}`} path={way.path} state={grantOf(pipes[at])} />
      })}
      {layout.boxes.map((box, actor) => (
        <Body key={structure.parts[actor]?.name ?? actor} box={box} kind={structure.parts[actor]?.kind ?? 'stage'} />
      ))}
    </>
  )
}

export type GrantState = 'open' | 'credit' | 'shut' | 'paused'

export function grantOf(pipe: PipeView | undefined): GrantState {
  if (pipe === undefined || pipe.credit === null) return pipe?.grant === 'paused' ? 'paused' : 'open'
  if (pipe.grant === 'paused') return 'paused'
  return pipe.credit > 0 ? 'credit' : 'shut'
}

const Pipe = memo(function Pipe({ path, state }: { readonly path: string; readonly state: GrantState }) {
  return (
    <g className="fl-pipe" data-grant={state}>
      <path className="fl-pipe-wall" d={path} />
      <path className="fl-pipe-inside" d={path} />
      <path className="fl-back" d={path} transform={`translate(0 ${BACK_LANE})`} />
    </g>
  )
})

const Body = memo(function Body({ box, kind }: { readonly box: Box; readonly kind: string }) {
  const { x, y, width, height, works } = box
  return (
    <g className="fl-body" data-kind={kind}>
      <rect x={x} y={y} width={width} height={height} rx={kind === 'source' ? 14 : 5} />
      {works.width > 0 && (
        <path d={`M${kind === 'source' ? works.x + works.width + 1 : works.x - 1} ${y + 4} v${height - 8}`} />
      )}
    </g>
  )
})
