import { micros } from '../../base/brand.ts'
import type { RuleView } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { encodeLink } from '../../experiment/link.ts'
import { Button } from '../../ui/button.tsx'
import { notify } from '../../ui/notify.ts'
import { useSession } from '../../ui/use-session.ts'
import { instantText } from '../../viz/time-axis.ts'
import { routeHash } from '../routes.ts'

const NONE: readonly RuleView[] = []

/** The invariants, each judged after every event. */
export function RulesPanel({ session }: { readonly session: LabSession }) {
  const rules = useSession(session, ({ slow }) => slow?.rules ?? NONE)
  const event = useSession(session, ({ slow }) => slow?.run.event ?? 0)
  const broken = rules.filter((rule) => rule.broken !== null)
  const kept = rules.filter((rule) => rule.broken === null)
  return (
    <div className="i-rules">
      <p className="i-rules-head" data-broken={broken.length > 0}>
        {broken.length === 0
          ? `All hold after ${event} events`
          : `${broken.length} of ${rules.length} broken after ${event} events`}
      </p>
      <ul className="i-rule-list">
        {[...broken, ...kept].map((rule) => (
          <Rule key={rule.id} session={session} rule={rule} />
        ))}
      </ul>
    </div>
  )
}

function Rule({ session, rule }: { readonly session: LabSession; readonly rule: RuleView }) {
  return (
    <li className="i-rule" data-broken={rule.broken !== null}>
      <details open={rule.broken !== null}>
        <summary>
          <span className="i-rule-tick" aria-hidden>
            {rule.broken === null ? '✓' : '✕'}
          </span>
          <span className="i-rule-title">
            {rule.title}
            <span className="b-hidden">{rule.broken === null ? ' holds' : ' is broken'}</span>
          </span>
          <span className="i-rule-source">{rule.report ?? rule.source}</span>
        </summary>
        <p className="i-rule-meaning">
          {rule.meaning} <cite>{rule.source}</cite>
        </p>
      </details>
      {rule.broken !== null && <Broken session={session} broken={rule.broken} />}
    </li>
  )
}

function Broken({
  session,
  broken,
}: {
  readonly session: LabSession
  readonly broken: NonNullable<RuleView['broken']>
}) {
  return (
    <div className="i-broken">
      <p>
        <span className="b-num">{instantText(broken.timeUs)}</span>
        {broken.actors.map((name) => (
          <Button key={name} size="small" onClick={() => void session.select({ kind: 'actor', name })}>
            {name}
          </Button>
        ))}
      </p>
      <p>{broken.explanation}</p>
      <p className="i-broken-acts">
        <Button look="accent" size="small" onClick={() => void showBroken(session, broken)}>
          Show me
        </Button>
        <Button size="small" onClick={() => void copyLink(session, broken.timeUs)}>
          Copy link that reproduces it
        </Button>
      </p>
    </div>
  )
}

async function showBroken(session: LabSession, broken: NonNullable<RuleView['broken']>): Promise<void> {
  await session.api.stop()
  await session.api.seekEvent(broken.event)
  const [first] = broken.actors
  if (first === undefined) return
  await session.select({ kind: 'actor', name: first })
  // The explanation stays in view; the stage shows the actor.
  window.dispatchEvent(new CustomEvent('ballast:inspect', { detail: { tab: 'rules' } }))
}

/** The address of this run at that instant. */
async function copyLink(session: LabSession, timeUs: number): Promise<void> {
  const lab = session.slow?.run.lab ?? ''
  const encoded = encodeLink({ text: await session.api.text(), at: micros(timeUs) })
  if (encoded.kind === 'too-long') {
    notify({
      kind: 'refused',
      title: 'This run is too long for a link',
      text: 'Share it as a file instead: Share, Download.',
    })
    return
  }
  const { href } = new URL(routeHash({ kind: 'lab', lab, link: encoded.query }), window.location.href)
  const copied = await navigator.clipboard.writeText(href).then(
    () => true,
    () => false,
  )
  if (copied) notify({ kind: 'good', title: 'Link copied', text: 'Whoever opens it sees the rule break.' })
  else window.prompt('Copy this link', href)
}
