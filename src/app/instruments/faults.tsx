import { useState } from 'react'
import type { DiskView, LinkView } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import type { ActorFacts } from '../../experiment/types.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { useSession } from '../../ui/use-session.ts'
import { LinkFaults } from './faults-links.tsx'
import {
  diskText,
  type Ends,
  EVERYBODY,
  GROUPS_MAX,
  type Grouping,
  groupLetter,
  halves,
  linkText,
  nextGroup,
  partitionAct,
  readMs,
  readRange,
  refusedFor,
  verbLine,
} from './faults-model.ts'
import { type Doer, doerOf, NumberInput, Row } from './faults-parts.tsx'
import type { InstrumentProps } from './props.ts'
import './faults.css'

const NO_ACTORS: readonly ActorFacts[] = []
const NO_LINKS: readonly LinkView[] = []
const NO_DISKS: readonly DiskView[] = []

/** Every fault that the simulator knows, by nodes, links and the whole network; each with its verb. */
export function Faults({ session, allow }: InstrumentProps) {
  const actors = useSession(session, ({ slow }) => slow?.actors ?? NO_ACTORS)
  const links = useSession(session, ({ slow }) => slow?.links ?? NO_LINKS)
  const [ends, setEnds] = useState<Ends>(EVERYBODY)
  const act = doerOf(session, allow)
  return (
    <div className="i-faults">
      <Present session={session} actors={actors} links={links} act={act} />
      <NodeFaults session={session} actors={actors} act={act} />
      <LinkFaults actors={actors} links={links} ends={ends} onEnds={setEnds} act={act} />
      <Partition actors={actors} act={act} />
    </div>
  )
}

interface Part {
  readonly actors: readonly ActorFacts[]
  readonly act: Doer
}

/** What is out of order now, and the way back. */
function Present({
  session,
  actors,
  links,
  act,
}: Part & { readonly session: LabSession; readonly links: readonly LinkView[] }) {
  const disks = useSession(session, ({ slow }) => slow?.disks ?? NO_DISKS)
  const down = actors.filter(({ status }) => status !== 'up')
  const changed = links.filter((link) => link.changed)
  const odd = disks.filter((disk) => disk.changed)
  const calm = down.length + changed.length + odd.length === 0
  const shown = changed.slice(0, LINKS_LISTED_MAX)
  return (
    <Section title="Now" aside={act.button({ id: 'heal', args: {} }, 'heal')}>
      {calm && <p className="i-faint">Nothing is out of order.</p>}
      <ul className="i-now">
        {down.map(({ name, status }) => (
          <li key={name}>
            <span>
              {name} is {status}
            </span>
            {act.button(
              { id: status === 'down' ? 'restart' : 'resume', args: { node: name } },
              status === 'down' ? 'restart' : 'resume',
            )}
          </li>
        ))}
        {shown.map((link) => (
          <li key={`${link.from}>${link.to}`}>
            <span>
              {link.from} → {link.to}: {linkText(link)}
            </span>
          </li>
        ))}
        {changed.length > shown.length && <li>… and {changed.length - shown.length} more links</li>}
        {odd.map((disk) => (
          <li key={disk.actor}>
            <span>
              disk of {disk.actor}: {diskText(disk)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const LINKS_LISTED_MAX = 8
const LIFE = ['kill', 'restart', 'pause', 'resume'] as const
const ON_CRASH = ['keep', 'torn', 'lost'] as const

function NodeFaults({ session, actors, act }: Part & { readonly session: LabSession }) {
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  const [chosen, choose] = useState<string | null>(null)
  const nodes = actors.filter(({ role }) => role === 'node')
  const name = [chosen, selected, nodes[0]?.name].find((each) => nodes.some((node) => node.name === each)) ?? null
  if (name === null) return null
  return (
    <Section
      title="One node"
      aside={
        <Select
          label="Node"
          size="small"
          value={name}
          options={nodes.map((node) => ({ value: node.name, label: node.name }))}
          onChange={(next) => {
            choose(next)
            void session.select({ kind: 'actor', name: next })
          }}
        />
      }
    >
      <Row label="life">
        {LIFE.map((id) => {
          const life = { id, args: { node: name } }
          return act.button(life, id, refusedFor(actors, life))
        })}
      </Row>
      <Row label="isolate">
        {act.button({ id: 'isolate', args: { actor: name } }, 'both ways')}
        {act.button({ id: 'isolate', args: { actor: name, way: 'in' } }, 'deaf')}
        {act.button({ id: 'isolate', args: { actor: name, way: 'out' } }, 'mute')}
      </Row>
      <ClockFaults name={name} act={act} />
      <DiskFaults session={session} name={name} act={act} />
    </Section>
  )
}

function ClockFaults({ name, act }: { readonly name: string; readonly act: Doer }) {
  const [skew, setSkew] = useState('50')
  const [ppm, setPpm] = useState('200')
  const skewUs = readMs(skew)
  const drift = /^\d{1,6}$/.test(ppm) && Number(ppm) <= 100_000 ? Number(ppm) : null
  const clock = (option: string, value: number | null) => ({ id: 'clock', args: { node: name, [option]: value ?? 0 } })
  return (
    <>
      <Row label="clock jumps">
        <NumberInput
          label="Milliseconds that the clock jumps"
          unit="ms"
          value={skew}
          onChange={setSkew}
          wrong={skewUs === null}
        />
        {act.button(clock('ahead', skewUs), 'ahead', skewUs === null ? 'how many milliseconds?' : null)}
        {act.button(clock('behind', skewUs), 'behind', skewUs === null ? 'how many milliseconds?' : null)}
      </Row>
      <Row label="clock runs">
        <NumberInput
          label="Millionths that the clock is off"
          unit="ppm"
          value={ppm}
          onChange={setPpm}
          wrong={drift === null}
        />
        {act.button(clock('fast', drift), 'fast', drift === null ? 'at most 100000 ppm' : null)}
        {act.button(clock('slow', drift), 'slow', drift === null ? 'at most 100000 ppm' : null)}
      </Row>
    </>
  )
}

function DiskFaults({
  session,
  name,
  act,
}: {
  readonly session: LabSession
  readonly name: string
  readonly act: Doer
}) {
  const disk = useSession(session, ({ slow }) => slow?.disks.find(({ actor: of }) => of === name))
  const [low, setLow] = useState('20')
  const [high, setHigh] = useState('80')
  const latency = readRange(low, high)
  const stalled = disk?.stalled === true
  return (
    <>
      <Row label="disk takes">
        <NumberInput
          label="Shortest write in milliseconds"
          value={low}
          onChange={setLow}
          wrong={readMs(low) === null}
        />
        <span aria-hidden>–</span>
        <NumberInput
          label="Longest write in milliseconds"
          unit="ms"
          value={high}
          onChange={setHigh}
          wrong={readMs(high) === null}
        />
        {act.button(
          { id: 'disk', args: { node: name, latency: latency ?? { low: 0, high: 0 } } },
          'set',
          latency === null ? 'how many milliseconds?' : null,
        )}
      </Row>
      <Row label="disk">
        {act.button(
          { id: 'disk', args: { node: name, stall: true } },
          'stall',
          stalled ? 'it is stalled already' : null,
        )}
        {act.button(
          { id: 'disk', args: { node: name, resume: true } },
          'go on',
          disk === undefined || stalled ? null : 'it is not stalled',
        )}
        <Select
          label="What a crash does to the disk"
          size="small"
          value={disk?.onCrash ?? 'keep'}
          options={ON_CRASH.map((value) => ({ value, label: `crash: ${value}` }))}
          onChange={(value) => act.do({ id: 'disk', args: { node: name, 'on-crash': value } })}
        />
      </Row>
    </>
  )
}

/** Who can still talk to whom: a click moves an actor to the next group. */
function Partition({ actors, act }: Part) {
  const [grouping, setGrouping] = useState<Grouping>({})
  const names = actors.map(({ name }) => name)
  const nodes = actors.filter(({ role }) => role === 'node').map(({ name }) => name)
  const built = partitionAct(grouping, names)
  return (
    <Section title="Partition">
      <p className="i-help">A click moves a node from group to group. Who is in none talks to everybody.</p>
      <div className="i-groups">
        {names.map((name) => {
          const group = grouping[name]
          return (
            <button
              key={name}
              type="button"
              className="i-group"
              data-group={group}
              onClick={() => setGrouping(nextGroup(grouping, name))}
            >
              {name}
              <span className="i-group-letter">{group === undefined ? '–' : groupLetter(group)}</span>
              <span className="b-hidden">
                {group === undefined ? 'in no group' : `in group ${groupLetter(group)} of ${GROUPS_MAX}`}
              </span>
            </button>
          )
        })}
      </div>
      <div className="i-acts">
        <Button size="small" look="ghost" onClick={() => setGrouping(halves(nodes))}>
          Minority | majority
        </Button>
        <Button size="small" look="ghost" onClick={() => setGrouping({})}>
          Clear
        </Button>
        {built !== null && act.button(built, 'partition')}
      </div>
      <p className="i-verb">{built === null ? 'Two groups are needed.' : <code>{verbLine(built)}</code>}</p>
    </Section>
  )
}
