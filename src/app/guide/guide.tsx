import { useEffect, useState } from 'react'
import { Tabs } from '../../ui/tabs.tsx'
import { useSession } from '../../ui/use-session.ts'
import { useLab } from '../lab/context.ts'
import { StorageNotice } from '../storage-notice.tsx'
import { ExperimentText } from './experiment-text.tsx'
import { FirstTaskCard } from './first-task-card.tsx'
import { LessonList } from './lesson-list.tsx'
import { LessonRunner } from './lesson-runner.tsx'
import { ScenarioList } from './scenario-list.tsx'
import './guide.css'

/** What to do here: a lesson, a scenario, or the experiment's own text. */
export function Guide() {
  const lab = useLab()
  const [tab, setTab] = useState('lesson')
  const lesson = useSession(lab.session, ({ slow }) => slow?.lesson?.id ?? null)
  // A lesson that was started elsewhere (palette, address) comes to the front.
  useEffect(() => {
    if (lesson !== null) setTab('lesson')
  }, [lesson])
  return (
    <Tabs
      label="Guide"
      value={tab}
      onChange={setTab}
      tabs={[
        { id: 'lesson', label: 'Lesson', content: lesson === null ? <Start /> : <LessonRunner /> },
        { id: 'scenarios', label: 'Scenarios', content: <ScenarioList /> },
        { id: 'text', label: 'Text', content: <ExperimentText /> },
      ]}
    />
  )
}

function Start() {
  const { manifest } = useLab()
  return (
    <div className="guide-page">
      <FirstTaskCard key={manifest.id} />
      <LessonList />
      <StorageNotice />
    </div>
  )
}
