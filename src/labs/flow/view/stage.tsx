import { useRef } from 'react'
import { MessageCard } from '../../../stage/message-card.tsx'
import type { StageProps } from '../../manifest.ts'
import { Controls } from './controls.tsx'
import { type Structure, useStructure } from './hooks.ts'
import { rimShare } from './picture/layout.ts'
import type { Drawn } from './picture/loop.ts'
import { Picture, useDrawn } from './picture.tsx'
import { type Draft, draftText, usePointing } from './pointing.ts'
import { Preview } from './preview.tsx'
import { SettingCard } from './setting-form.tsx'
import { titleOf } from './titles.ts'
import '../../../stage/stage.css'
import './stage.css'

export function Stage({ session, preview, allow }: StageProps) {
  return preview ? <Preview session={session} /> : <Living session={session} preview={false} allow={allow} />
}

const KIT = { titleOf }

/** The living picture of a pipeline, and everything that can be done to it by pointing. */
function Living({ session, allow }: StageProps) {
  const window = useRef<HTMLDivElement>(null)
  const structure = useStructure(session)
  const drawn = useDrawn(structure, window, false)
  const pointing = usePointing(session, structure, drawn, window, allow)
  const { draft, form, hover } = pointing
  const names = structure.parts.map(({ name }) => name)
  return (
    <div className="rs-stage fl-stage">
      <div className="rs-middle">
        <div
          ref={window}
          className="fl-window"
          data-hand={draft?.hand}
          data-message={hover !== null}
          {...pointing.handlers}
        >
          <Picture session={session} drawn={drawn} pointing={pointing}>
            {draft !== null && drawn !== null && <DraftMark draft={draft} drawn={drawn} structure={structure} />}
          </Picture>
          {hover !== null && drawn !== null && (
            <MessageCard kit={KIT} session={session} {...hover} size={drawn.layout} />
          )}
          {form !== null && (
            <SettingCard
              key={`${form.name} ${form.setting.line}`}
              session={session}
              form={form}
              anchor={form.anchor}
              picture={window.current}
              onDone={pointing.closeForm}
            />
          )}
          {draft !== null && (
            <p className="rs-draft-text" aria-hidden="true">
              {draftText(draft, names)}
            </p>
          )}
        </div>
      </div>
      <Controls session={session} allow={allow} pointing={pointing} />
    </div>
  )
}

/** What is being pulled, where it would stand. */
function DraftMark({
  draft,
  drawn,
  structure,
}: {
  readonly draft: Draft
  readonly drawn: Drawn
  readonly structure: Structure
}) {
  const { layout } = drawn
  const box = layout.boxes[draft.actor]
  if (box === undefined) return null
  if (draft.hand === 'connect') {
    const target = layout.boxes[draft.value]
    const end = target === undefined ? draft.to : { x: target.x, y: target.pipeY }
    return <path className="fl-draft" d={`M${box.x + box.width} ${box.pipeY} L${end.x} ${end.y}`} />
  }
  const { tank, works } = box
  const text = draftText(
    draft,
    structure.parts.map(({ name }) => name),
  )
  const y = draft.hand === 'capacity' ? tank.y + tank.height * (1 - rimShare(draft.value)) : works.y + works.height / 2
  return (
    <g className="fl-draft">
      {draft.hand === 'capacity' && <path d={`M${tank.x - 6} ${y} h${tank.width + 12}`} />}
      <text x={box.x + box.width / 2} y={y - 8} fontSize={14 * layout.textScale}>
        {text}
      </text>
    </g>
  )
}
