import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { LabContent, LabManifest } from '../../labs/manifest.ts'
import { labs } from '../../labs/registry.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { isTheme, THEME_TITLES, THEMES } from '../../ui/theme.ts'
import { Brand } from '../brand.tsx'
import { chooseFile } from '../files.ts'
import { openFile, openPasted } from '../inbox.ts'
import { learning } from '../learning.ts'
import { offline } from '../offline.ts'
import { prefer, preferences } from '../preferences.ts'
import { progressKey } from '../progress.ts'
import { SkipLink } from '../skip-link.tsx'
import { StorageNotice } from '../storage-notice.tsx'
import { Preview } from './preview.tsx'
import './home.css'

const PROMISES = [
  {
    title: 'Break it',
    text: 'Kill and pause nodes, cut links one way, stall disks, lose a single message. The terminal shows the verb of every click.',
  },
  {
    title: 'Go back',
    text: 'Scrub to any instant, exactly. Act there, and a second future begins; the first one is kept beside it.',
  },
  {
    title: 'Trust it',
    text: 'The rules of the paper are checked after every event. The same seed gives the same run, here and on any machine.',
  },
  {
    title: 'Pass it on',
    text: 'A run is a few lines of text: it fits into a link, a file, a lecture, a bug report or a figure in your own page.',
  },
] as const

/** The front door: what this is, the labs alive, the lessons, and the way in for a file or a link. */
export function Home() {
  useEffect(() => {
    document.title = 'Ballast'
  }, [])
  return (
    <div className="home">
      <SkipLink to="labs">Skip to the labs</SkipLink>
      <header className="home-bar">
        <Brand />
        <ThemeChoice />
      </header>
      <main>
        <section className="hero">
          <h1>Systems under load that you can hold in your hands</h1>
          <p>
            The real thing runs in this page. Kill a leader, cut a network, flood a tank. Then go back and choose
            another future.
          </p>
        </section>
        <section id="labs" tabIndex={-1} className="home-labs" aria-label="Labs">
          {labs.map((lab) => (
            <LabCard key={lab.id} lab={lab} />
          ))}
        </section>
        <ul className="promises">
          {PROMISES.map(({ title, text }) => (
            <li key={title}>
              <h2>{title}</h2>
              <p>{text}</p>
            </li>
          ))}
        </ul>
        <Lessons />
        <OpenSomething />
      </main>
      <footer className="home-foot">
        <p>
          No account, no server: everything runs and stays in your browser. <OfflineNote />
        </p>
        <StorageNotice />
      </footer>
    </div>
  )
}

function ThemeChoice() {
  const theme = useStore(preferences, (state) => state.theme)
  return (
    <label className="theme-choice">
      Theme{' '}
      <select value={theme} onChange={(event) => isTheme(event.target.value) && prefer({ theme: event.target.value })}>
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {THEME_TITLES[each]}
          </option>
        ))}
      </select>
    </label>
  )
}

function LabCard({ lab }: { readonly lab: LabManifest }) {
  return (
    <article className="lab-card">
      <Preview lab={lab} />
      <div className="lab-card-text">
        <h2>{lab.title}</h2>
        <p>{lab.tagline}</p>
        <ButtonLink look="accent" href={`#/${lab.id}`}>
          Open {lab.title}
        </ButtonLink>
      </div>
    </article>
  )
}

/** Titles come with the lab's content, after the page is there. */
function Lessons() {
  const contents = useContents().filter(({ content }) => content.lessons.length > 0)
  if (contents.length === 0) return null
  return (
    <section className="home-section">
      <h2>Lessons</h2>
      <p className="home-lead">Each begins with a question, and the running system is the judge.</p>
      {contents.map(({ lab, content }) => (
        <LessonsOfLab key={lab.id} lab={lab} content={content} />
      ))}
    </section>
  )
}

function LessonsOfLab({ lab, content }: Content) {
  const progress = useStore(learning, (state) => state.progress)
  return (
    <>
      <h3>{lab.title}</h3>
      <ol className="home-lessons">
        {content.lessons.map((lesson) => {
          const solved = progress[progressKey(lab.id, lesson.id)]?.solved.length ?? 0
          return (
            <li key={lesson.id}>
              <a className="home-lesson" href={`#/${lab.id}/lesson/${lesson.id}/1`}>
                <strong>{lesson.title}</strong>
                <span>{lesson.blurb}</span>
                <small>
                  {lesson.minutes} min{solved > 0 && ` · ${solved} of ${lesson.steps} steps done`}
                </small>
              </a>
            </li>
          )
        })}
      </ol>
    </>
  )
}

interface Content {
  readonly lab: LabManifest
  readonly content: LabContent
}

function useContents(): readonly Content[] {
  const [contents, setContents] = useState<readonly Content[]>([])
  useEffect(() => {
    let wanted = true
    Promise.all(labs.map(async (lab) => ({ lab, content: await lab.loadContent() }))).then(
      (all) => wanted && setContents(all),
      // Without its list of lessons the page is still a page; the lab itself says what is wrong.
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [])
  return contents
}

function OpenSomething() {
  const [text, setText] = useState('')
  const choose = async () => {
    const file = await chooseFile('.lab,.txt,text/plain')
    if (file !== null) await openFile(file)
  }
  return (
    <section className="home-section">
      <h2>Open a file or paste a link</h2>
      <form
        className="home-open"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() !== '') openPasted(text)
        }}
      >
        <textarea
          className="b-textarea"
          rows={2}
          value={text}
          placeholder="A link to a run, or the text of an experiment"
          aria-label="A link to a run, or the text of an experiment"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="home-open-acts">
          <Button type="submit" disabled={text.trim() === ''}>
            Open
          </Button>
          <Button look="ghost" onClick={() => void choose()}>
            Open file…
          </Button>
          <span>You can also drop a .lab file anywhere on this page.</span>
        </div>
      </form>
    </section>
  )
}

function OfflineNote() {
  const { ready, update } = useStore(offline)
  if (update !== null) {
    return (
      <>
        A newer version is here.{' '}
        <Button size="small" onClick={update}>
          Reload
        </Button>
      </>
    )
  }
  return ready ? <span>Ready offline.</span> : null
}
