import type { LabSession } from '../../../engine/client/session.ts'
import { isDimmed } from '../../../stage/actions.ts'
import type { MenuEntry } from '../../../ui/menu.tsx'
import type { MemberPicture, Picture, TankPicture } from '../contract.ts'
import { FILLS, fillAct, lineAct, type StageAct } from './acts.ts'
import type { Hit } from './flat-view.tsx'
import { tensionText } from './overlay.tsx'

/** Menus of what a click on the picture has hit. */

export interface MenuContext {
  readonly session: LabSession
  readonly allow: readonly string[] | null
}

export const run = (session: LabSession, { act }: StageAct): void => void session.act(act)

const item = ({ session, allow }: MenuContext, act: StageAct, refused: string | null = null): MenuEntry => ({
  kind: 'item',
  label: act.label,
  hint: act.verb,
  refused,
  danger: act.act.id === 'cut-line',
  dimmed: isDimmed(act.act.id, allow),
  onSelect: () => run(session, act),
})

export interface HitMenu {
  readonly label: string
  readonly entries: readonly MenuEntry[]
}

/** What can be done there; null where nothing can. */
export function menuOf(
  context: MenuContext,
  picture: Picture,
  hit: Hit,
  group: string | null,
  choose: (group: string) => void,
): HitMenu | null {
  if (hit.kind === 'line') return lineMenu(context, picture, hit.line)
  const member = picture.members.find(({ id }) => id === hit.member)
  return member === undefined || member.part === 'tower'
    ? null
    : memberMenu(context, picture, member, hit.interval, group, choose)
}

function lineMenu(context: MenuContext, { lines }: Picture, at: number): HitMenu | null {
  const line = lines[at]
  if (line === undefined) return null
  const { tension, onBedM, broken, name } = line
  const facts =
    broken || tension === null
      ? `${name} is cut`
      : `${name}: ${tensionText(tension.avg)} on average, up to ${tensionText(tension.max)}; ${Math.round(onBedM)} m on the bed`
  return { label: name, entries: [{ kind: 'heading', label: facts }, item(context, lineAct(line, at))] }
}

function memberMenu(
  context: MenuContext,
  { tanks }: Picture,
  member: MemberPicture,
  interval: number,
  group: string | null,
  choose: (group: string) => void,
): HitMenu {
  const tank = tanks.find((each) => each.member === member.id && each.interval === interval)
  const handles: readonly MenuEntry[] =
    member.key === group
      ? []
      : [{ kind: 'item', label: `Work on ${member.name}`, onSelect: () => choose(member.key) }, { kind: 'separator' }]
  const flood: readonly MenuEntry[] =
    tank === undefined
      ? [{ kind: 'heading', label: 'No room for water: it is full of ballast' }]
      : [
          { kind: 'heading', label: tankText(tank) },
          ...FILLS.map((fill) => item(context, fillAct(tank, fill), refusal(tank, fill))),
        ]
  return { label: member.name, entries: [...handles, ...flood] }
}

const refusal = ({ floodedPermille }: TankPicture, fill: number): string | null =>
  floodedPermille !== fill ? null : fill === 0 ? 'it is dry' : 'it is so full'

/** A tank in words. */
export const tankText = ({ number, title, volumeM3, floodedPermille }: TankPicture): string =>
  `Tank ${number}, ${title}: ${Math.round(volumeM3)} m³, ${floodedPermille === 0 ? 'dry' : `${floodedPermille / 10} % full`}`
