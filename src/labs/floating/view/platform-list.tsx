import type { LabSession } from '../../../engine/client/session.ts'
import { isDimmed } from '../../../stage/actions.ts'
import { Button } from '../../../ui/button.tsx'
import type { MemberPicture, Picture } from '../contract.ts'
import { FILLS, fillAct, lineAct, type StageAct } from './acts.ts'
import { valueText } from './handles.ts'
import { run, tankText } from './menus.ts'
import { tensionText } from './overlay.tsx'
import { lengthOf } from './shapes.ts'

interface PlatformListProps {
  readonly session: LabSession
  readonly picture: Picture
  readonly allow: readonly string[] | null
  readonly group: string | null
  /** Shown on the screen; else only for readers. */
  readonly open: boolean
  onGroup(group: string): void
}

/** The stage as a list: members, lines and tanks with their values and acts, for those who do not see or do not point. */
export function PlatformList({ session, picture, allow, group, open, onGroup }: PlatformListProps) {
  const hull = picture.members.filter(({ part }) => part === 'platform')
  const act = (each: StageAct, pressed?: boolean) => (
    <Button
      key={each.verb}
      size="small"
      dimmed={isDimmed(each.act.id, allow)}
      aria-pressed={pressed}
      title={each.verb}
      aria-label={`${each.label}: ${each.verb}`}
      onClick={() => run(session, each)}
    >
      {each.label}
    </Button>
  )
  return (
    <section className={open ? 'fs-list' : 'b-hidden'} aria-label="The platform as a list">
      <h3>Members</h3>
      <ul>
        {hull.map((member) => (
          <li key={member.id}>
            <p>{memberText(member)}</p>
            {open && (
              <div className="fs-acts">
                <Button size="small" aria-pressed={member.key === group} onClick={() => onGroup(member.key)}>
                  Work on it
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <h3>Mooring lines</h3>
      <ul>
        {picture.lines.map((line, at) => (
          <li key={line.name}>
            <p>
              {line.name}:{' '}
              {line.tension === null
                ? 'cut'
                : `${tensionText(line.tension.avg)}, up to ${tensionText(line.tension.max)}`}
            </p>
            {open && <div className="fs-acts">{act(lineAct(line, at))}</div>}
          </li>
        ))}
      </ul>
      <h3>Tanks</h3>
      <ul>
        {picture.tanks.map((tank) => (
          <li key={tank.number}>
            <p>{tankText(tank)}</p>
            {open && (
              <div className="fs-acts">
                {FILLS.map((fill) => act(fillAct(tank, fill), tank.floodedPermille === fill))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function memberText(member: MemberPicture): string {
  const sides = member.sidesM.map(([a, b]) =>
    (member.shape === 'circular' ? [a] : [a, b]).map((side) => valueText(side, 'm')).join(' by '),
  )
  const wide = [...new Set(sides)].join(', then ')
  const [from, to, long] = [member.endA[2], member.endB[2], lengthOf(member)].map((value) => valueText(value, 'm'))
  return `${member.id} deg: ${member.shape}, ${wide}; ${long} long, from ${from} to ${to} above the water`
}
