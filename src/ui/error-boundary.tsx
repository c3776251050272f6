import { Component, type ReactNode } from 'react'
import { Button } from './button.tsx'
import './panel.css'

interface Props {
  /** What broke, as people call it: `Timeline`. */
  readonly name: string
  /** What belongs into a report besides the error: the experiment's text. */
  readonly report?: () => Promise<string>
  /** Takes the matter over: nothing is shown in the place of what broke. */
  readonly onError?: (error: Error) => void
  readonly children: ReactNode
}

interface State {
  readonly error: Error | null
}

/** Keeps a broken panel from taking the page along: says what broke, reloads it, copies a report. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidCatch(error: Error): void {
    this.props.onError?.(error)
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    if (this.props.onError !== undefined) return null
    return (
      <div className="b-broken" role="alert">
        <strong>{this.props.name} stopped working.</strong>
        <pre>{error.message}</pre>
        <div>
          <Button look="accent" onClick={() => this.setState({ error: null })}>
            Reload panel
          </Button>{' '}
          <Button onClick={() => this.copy(error)}>Copy report</Button>
        </div>
        <span>The experiment itself runs on.</span>
      </div>
    )
  }

  private async copy(error: Error): Promise<void> {
    const extra = await (this.props.report?.() ?? Promise.resolve('')).catch(() => '')
    const text = errorReport(this.props.name, error, extra)
    await navigator.clipboard.writeText(text).catch(() => window.prompt('Copy this report', text))
  }
}

/** The text of a report: what, why, where, and what was running. */
function errorReport(name: string, error: Error, extra: string): string {
  const parts = [`Ballast: ${name} stopped working`, error.stack ?? error.message]
  if (extra !== '') parts.push('Experiment:', extra)
  return parts.join('\n\n')
}
