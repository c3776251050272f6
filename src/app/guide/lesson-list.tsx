import { useStore } from 'zustand'
import { Button } from '../../ui/button.tsx'
import { notify } from '../../ui/notify.ts'
import { chooseFile, download } from '../files.ts'
import { useLab } from '../lab/context.ts'
import { keepProgress, learning } from '../learning.ts'
import { mergeProgress, type Progress, parseProgress, printProgress, progressKey } from '../progress.ts'

/** The lessons of this lab, with how far one is. */
export function LessonList() {
  const { manifest, content, host } = useLab()
  const progress = useStore(learning, (state) => state.progress)
  if (content.lessons.length === 0) return null
  return (
    <section className="guide-block">
      <h2>Lessons</h2>
      <ol className="cards">
        {content.lessons.map((lesson) => {
          const at = progress[progressKey(manifest.id, lesson.id)]
          const solved = at?.solved.length ?? 0
          // A finished lesson begins again; an unfinished one goes on.
          const step = at === undefined || solved >= lesson.steps ? 0 : at.step
          return (
            <li key={lesson.id}>
              <button type="button" className="card" onClick={() => void host.startLesson(lesson.id, step)}>
                <strong>{lesson.title}</strong>
                <span>{lesson.blurb}</span>
                <small>
                  {lesson.minutes} min · {lesson.source}
                  {at !== undefined && ` · ${solved} of ${lesson.steps} steps`}
                </small>
                {at !== undefined && (
                  <progress max={lesson.steps} value={solved} aria-label={`${solved} of ${lesson.steps} steps`} />
                )}
              </button>
            </li>
          )
        })}
      </ol>
      <ProgressFile progress={progress} />
    </section>
  )
}

function ProgressFile({ progress }: { readonly progress: Progress }) {
  const restore = async () => {
    const file = await chooseFile('.json,application/json')
    if (file === null) return
    const read = parseProgress(await file.text())
    if (!read.ok) return notify({ kind: 'refused', title: read.error })
    keepProgress(mergeProgress(learning.getState().progress, read.value))
    notify({ kind: 'good', title: `Progress of ${Object.keys(read.value).length} lessons taken over` })
  }
  return (
    <div className="guide-acts">
      {Object.keys(progress).length > 0 && (
        <Button
          look="ghost"
          size="small"
          onClick={() => download('ballast-progress.json', 'application/json', printProgress(progress))}
        >
          Save progress as a file
        </Button>
      )}
      <Button look="ghost" size="small" onClick={() => void restore()}>
        Bring progress…
      </Button>
    </div>
  )
}
