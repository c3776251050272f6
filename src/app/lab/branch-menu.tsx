import { ChevronDown } from 'lucide-react'
import { formatDuration } from '../../base/units.ts'
import type { BranchView } from '../../engine/api.ts'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { useLab } from './context.ts'

/** The futures that are kept: `branch 2 of 3`. */
export function BranchMenu({ branches }: { readonly branches: readonly BranchView[] }) {
  const lab = useLab()
  const { api } = lab.session
  const at = branches.findIndex((branch) => branch.current)
  const current = branches[at]
  const entries: readonly MenuEntry[] = [
    { kind: 'heading', label: 'Futures of this experiment' },
    {
      kind: 'choice',
      value: String(current?.id ?? ''),
      options: branches.map((branch) => ({ value: String(branch.id), label: branchLabel(branch) })),
      onChoose: (id) => void api.switchBranch(Number(id)),
    },
    { kind: 'separator' },
    { kind: 'item', label: 'Compare side by side…', onSelect: () => lab.show('compare') },
    {
      kind: 'item',
      label: 'Rename this branch…',
      onSelect: () => {
        const name = current === undefined ? null : window.prompt('Name of this branch', current.name)?.trim()
        if (current !== undefined && name) void api.renameBranch(current.id, name)
      },
    },
  ]
  return (
    <Menu
      trigger={
        <button type="button" className="chip chip-button">
          branch {at + 1} of {branches.length}
          <ChevronDown size={12} aria-hidden />
        </button>
      }
      entries={entries}
    />
  )
}

function branchLabel(branch: BranchView): string {
  const fork = branch.parent === null ? '' : ` · from ${formatDuration(branch.forkUs)}`
  return `${branch.name}${fork}${branch.broken ? ' · a rule broke' : ''}`
}
