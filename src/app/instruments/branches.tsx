import { GitBranch } from 'lucide-react'
import { useState } from 'react'
import type { BranchView } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { useSession } from '../../ui/use-session.ts'
import { instantText } from '../../viz/time-axis.ts'
import { compareBranches } from './desk.ts'

/** All futures of the run as small tracks; only when there is more than one. */
export function BranchStrip({ session }: { readonly session: LabSession }) {
  const branches = useSession(session, ({ slow }) => slow?.branches ?? NONE)
  const [renaming, setRenaming] = useState<number | null>(null)
  const current = branches.find((branch) => branch.current)
  if (branches.length < 2 || current === undefined) return null
  const longestUs = Math.max(1, ...branches.map(({ frontierUs }) => frontierUs))
  return (
    <ul className="i-branches" aria-label="Branches of this run">
      {branches.map((branch) => (
        <li key={branch.id} className="i-branch" data-current={branch.current}>
          {renaming === branch.id ? (
            <Rename session={session} branch={branch} onDone={() => setRenaming(null)} />
          ) : (
            <button
              type="button"
              className="i-branch-name"
              aria-current={branch.current}
              title={branchTitle(branch)}
              onClick={() => void session.api.switchBranch(branch.id)}
            >
              <GitBranch size={12} aria-hidden />
              {branch.name}
              {branch.broken && <span className="i-broken-mark">rule broken</span>}
              <Track branch={branch} longestUs={longestUs} />
            </button>
          )}
          <Menu
            trigger={
              <IconButton size="small" label={`More about ${branch.name}`}>
                ⋯
              </IconButton>
            }
            entries={[
              {
                kind: 'item',
                label: `Compare with ${current.name}`,
                refused: branch.current ? 'this is the present branch' : null,
                onSelect: () => compareBranches(session, current.id, branch.id),
              },
              { kind: 'item', label: 'Rename', onSelect: () => setRenaming(branch.id) },
            ]}
          />
        </li>
      ))}
      <li>
        <Button
          look="ghost"
          size="small"
          onClick={() => compareBranches(session, current.parent ?? other(branches, current.id), current.id)}
        >
          Compare
        </Button>
      </li>
    </ul>
  )
}

const NONE: readonly BranchView[] = []

const other = (branches: readonly BranchView[], id: number): number =>
  branches.find((branch) => branch.id !== id)?.id ?? id

function branchTitle({ name, forkUs, parent, acts, frontierUs }: BranchView): string {
  const from = parent === null ? '' : `, left at ${instantText(forkUs)}`
  return `${name}: ${acts} ${acts === 1 ? 'act' : 'acts'}${from}, runs to ${instantText(frontierUs)}`
}

/** From where the branch left its parent to its end, on a common scale. */
function Track({ branch, longestUs }: { readonly branch: BranchView; readonly longestUs: number }) {
  const left = (branch.forkUs / longestUs) * 100
  const width = Math.max(2, ((branch.frontierUs - branch.forkUs) / longestUs) * 100)
  return (
    <span className="i-branch-track" aria-hidden>
      <span style={{ width: `${left}%` }} className="i-branch-shared" />
      <span style={{ width: `${width}%` }} className="i-branch-own" />
    </span>
  )
}

function Rename({
  session,
  branch,
  onDone,
}: {
  readonly session: LabSession
  readonly branch: BranchView
  readonly onDone: () => void
}) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const name = String(new FormData(event.currentTarget).get('name') ?? '').trim()
        if (name !== '') void session.api.renameBranch(branch.id, name)
        onDone()
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it replaces the name that is being changed
        autoFocus
        className="b-input i-rename"
        name="name"
        aria-label={`New name of ${branch.name}`}
        defaultValue={branch.name}
        maxLength={40}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
        onBlur={onDone}
      />
    </form>
  )
}
