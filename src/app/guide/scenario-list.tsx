import { useStore } from 'zustand'
import { useSession } from '../../ui/use-session.ts'
import { useLab } from '../lab/context.ts'
import { useRoute } from '../navigation.ts'

/** Ready-made experiments, and those one had open before. Opening is free: what was open goes to the recent ones. */
export function ScenarioList() {
  const { content, host, session } = useLab()
  const route = useRoute()
  const recent = useStore(host.state, (state) => state.recent)
  const title = useSession(session, ({ slow }) => slow?.run.title ?? '')
  return (
    <div className="guide-page">
      <ol className="cards">
        {content.scenarios.map((scenario) => (
          <li key={scenario.id}>
            <button
              type="button"
              className="card"
              aria-current={route.kind === 'scenario' && route.scenario === scenario.id ? 'true' : undefined}
              onClick={() => void host.openScenario(scenario.id)}
            >
              <strong>{scenario.title}</strong>
              <span>{scenario.blurb}</span>
            </button>
          </li>
        ))}
      </ol>
      {recent.length > 0 && (
        <section className="guide-block">
          <h2>Recent</h2>
          <ol className="cards">
            {recent.map((entry) => (
              <li key={entry.text}>
                <button type="button" className="card" onClick={() => void host.openText(entry.text, entry.title)}>
                  <strong>{entry.title}</strong>
                  <small>{recentLine(entry.text, entry.leftAtMs)}</small>
                </button>
              </li>
            ))}
          </ol>
        </section>
      )}
      {recent.length === 0 && title !== '' && (
        <p className="sheet-note">What you change is kept: another experiment puts this one on a list here.</p>
      )}
    </div>
  )
}

function recentLine(text: string, leftAtMs: number): string {
  const acts = text.split('\n').filter((line) => /^\s*at\s/.test(line)).length
  const left = new Date(leftAtMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  return `${acts === 1 ? '1 act' : `${acts} acts`} · left ${left}`
}
