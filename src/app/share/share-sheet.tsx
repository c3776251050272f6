import { Copy, Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { announce } from '../../ui/live-region.tsx'
import { fileName } from '../files.ts'
import { type Lab, useLab } from '../lab/context.ts'
import { pageAddress } from '../navigation.ts'
import { type ShareLink, shareLink } from './links.ts'
import { FORMS, type Saveable, save } from './save.ts'

/** Everything that can leave the page: link, file, picture, data, a figure for another page. */
export function ShareSheet() {
  const lab = useLab()
  const shared = useShared(lab)
  return (
    <Dialog open title="Share this run" width="wide" onClose={() => lab.show(null)}>
      {shared !== null && (
        <div className="share">
          <LinkPart link={shared.link} />
          <SavePart
            lab={lab}
            title={shared.title}
            heading="File"
            note="Plain text. Drop it onto this page to open it, or run it without a browser."
            kinds={['lab']}
          />
          <SavePart
            lab={lab}
            title={shared.title}
            heading="Picture of the stage"
            note="As it stands now, in the present theme."
            kinds={['png', 'svg']}
          />
          <SavePart
            lab={lab}
            title={shared.title}
            heading="Data up to now"
            note="The measures over time, what the clients asked and got, every event."
            kinds={['csv', 'history', 'trace']}
          />
          {shared.link.kind === 'link' && <EmbedPart code={shared.link.embed} />}
        </div>
      )}
    </Dialog>
  )
}

interface Shared {
  readonly title: string
  readonly link: ShareLink
}

/** The run as it was when the sheet was opened. */
function useShared(lab: Lab): Shared | null {
  const [shared, setShared] = useState<Shared | null>(null)
  const { session, manifest } = lab
  useEffect(() => {
    const nowUs = session.nowUs
    const title = session.slow?.run.title || manifest.title
    session.api.text().then(
      (text) => setShared({ title, link: shareLink(pageAddress(), manifest.id, text, nowUs) }),
      () => lab.show(null),
    )
  }, [session, manifest, lab])
  return shared
}

function LinkPart({ link }: { readonly link: ShareLink }) {
  if (link.kind === 'too-long') {
    return (
      <section>
        <h3>Link</h3>
        <p>
          This experiment is too long for a link: {link.length.toLocaleString()} characters, and mail programs cut links
          after {link.most.toLocaleString()}. Send it as a file instead.
        </p>
      </section>
    )
  }
  return (
    <section>
      <h3>Link</h3>
      <p className="sheet-note">
        The whole experiment is in the link; nothing is stored anywhere. {link.address.length.toLocaleString()}{' '}
        characters. It opens at the instant that you see now.
      </p>
      <div className="share-row">
        <input
          className="b-input b-mono"
          readOnly
          value={link.address}
          aria-label="Link to this run"
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={link.address} look="accent" what="Link" />
      </div>
    </section>
  )
}

interface SavePartProps {
  readonly lab: Lab
  readonly title: string
  readonly heading: string
  readonly note: string
  readonly kinds: readonly Saveable[]
}

function SavePart({ lab, title, heading, note, kinds }: SavePartProps) {
  const [error, setError] = useState<string | null>(null)
  return (
    <section>
      <h3>{heading}</h3>
      <p className="sheet-note">{note}</p>
      <div className="share-row">
        {kinds.map((kind) => (
          <Button key={kind} onClick={() => void save(lab.session, kind, title).then(setError)}>
            <Download size={14} aria-hidden /> {kind === 'lab' ? fileName(title, 'lab') : FORMS[kind].label}
          </Button>
        ))}
      </div>
      {error !== null && <p role="alert">{error}</p>}
    </section>
  )
}

function EmbedPart({ code }: { readonly code: string }) {
  return (
    <section>
      <h3>A figure in your page</h3>
      <p className="sheet-note">Only the stage and its transport, with a way to open the whole lab.</p>
      <div className="share-row">
        <textarea
          className="b-textarea"
          rows={3}
          readOnly
          value={code}
          aria-label="Code to embed"
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={code} look="plain" what="Code" />
      </div>
    </section>
  )
}

function CopyButton({
  text,
  look,
  what,
}: {
  readonly text: string
  readonly look: 'accent' | 'plain'
  readonly what: string
}) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      announce(`${what} copied`)
    } catch {
      // Where the clipboard is forbidden, the field beside the button is selected when it gets the focus.
      window.prompt('Copy this', text)
    }
  }
  return (
    <Button look={look} onClick={() => void copy()}>
      <Copy size={14} aria-hidden /> {copied ? 'Copied' : 'Copy'}
    </Button>
  )
}
