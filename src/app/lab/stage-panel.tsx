import { Button } from '../../ui/button.tsx'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { useSession } from '../../ui/use-session.ts'
import { useLab } from './context.ts'

/** The living picture, and what is said when it cannot live. */
export function StagePanel() {
  const lab = useLab()
  const { Stage } = lab.view
  const health = useSession(lab.session, (session) => session.health)
  const allow = useSession(lab.session, ({ slow }) => slow?.lesson?.allow ?? null)
  return (
    <section id="stage" className="stage" tabIndex={-1} aria-label="Stage" data-hotkeys>
      <ErrorBoundary name="Stage" report={() => lab.session.api.text()}>
        <Stage session={lab.session} preview={false} allow={allow} />
      </ErrorBoundary>
      {health.kind === 'crashed' && <Crash message={health.message} />}
    </section>
  )
}

function Crash({ message }: { readonly message: string }) {
  const { host } = useLab()
  return (
    <div className="stage-crash" role="alert">
      <h2>The engine stopped</h2>
      <p>
        The worker that runs this world has failed. The experiment is safe: it can start again from its text, with every
        act so far.
      </p>
      <pre>{message}</pre>
      <Button look="accent" onClick={() => void host.restart()}>
        Restart from the same experiment
      </Button>
    </div>
  )
}
