import { useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { Button } from '../../../ui/button.tsx'
import { saveText } from '../../../ui/save-text.ts'
import { solverOf } from './draft.ts'
import { inputIn } from './hooks.ts'

/** RAFT's design files, in and out. */
export function DesignFiles({ session }: { readonly session: LabSession }) {
  const [problems, setProblems] = useState<readonly string[]>([])
  const open = async (file: File) => {
    const read = await solverOf().readFile(await file.text())
    setProblems(read.problems)
    if (read.parts === null) return
    for (const text of read.parts) {
      const done = await session.act({ id: 'design-part', args: { text } })
      if (!done.ok) return setProblems([done.error])
    }
    const floated = await session.act({ id: 'design-file', args: {} })
    if (!floated.ok) setProblems([floated.error])
  }
  const save = async () => {
    const input = inputIn(session)
    if (input === null) return
    const text = await solverOf().writeFile(input)
    saveText(`${input.design.name.replace(/[^\w-]+/g, '-')}.yaml`, text, 'application/yaml')
  }
  return (
    <div className="f-files">
      <label className="b-button f-open">
        Open a RAFT file…
        <input
          type="file"
          accept=".yaml,.yml,.json"
          onChange={({ target }) => {
            const [file] = target.files ?? []
            target.value = ''
            if (file !== undefined) void open(file)
          }}
        />
      </label>
      <Button onClick={() => void save()}>Save as YAML</Button>
      {problems.length > 0 && (
        <ul className="f-problems" role="alert">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
