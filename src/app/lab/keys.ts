import { type Hotkey, useHotkeys } from '../../ui/hotkeys.ts'
import type { Lab } from './context.ts'

/** The shortcuts of the workbench itself; the stage and the timeline bring their own. */
export function useLabHotkeys(lab: Lab): void {
  const table: readonly Hotkey[] = [
    {
      id: 'palette',
      keys: ['Mod+K'],
      label: 'Find and do anything',
      group: 'Workbench',
      run: () => lab.show('palette'),
    },
    {
      id: 'undo',
      keys: ['Mod+Z'],
      label: 'Take the last act back',
      group: 'Workbench',
      run: () => void lab.host.undo(),
    },
    {
      id: 'redo',
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      label: 'Bring it again',
      group: 'Workbench',
      run: () => void lab.host.redo(),
    },
    { id: 'help', keys: ['?'], label: 'This list', group: 'Workbench', run: () => lab.show('help') },
    {
      id: 'present',
      keys: ['p'],
      label: 'Present: a large stage, nothing else',
      group: 'Workbench',
      run: () => lab.present(!lab.presenting),
    },
    ...(lab.presenting ? presentingKeys(lab) : []),
  ]
  useHotkeys(table)
}

/** Space and arrows belong to the timeline; a presenter's remote sends PageUp and PageDown. */
function presentingKeys(lab: Lab): readonly Hotkey[] {
  const { api } = lab.session
  return [
    {
      id: 'stop-presenting',
      keys: ['Escape'],
      label: 'Stop presenting',
      group: 'Presenting',
      run: () => lab.present(false),
    },
    {
      id: 'remote-next',
      keys: ['PageDown'],
      label: 'Play to the next named event (the remote’s forward key)',
      group: 'Presenting',
      run: () => void api.playToNamed(),
    },
    {
      id: 'remote-back',
      keys: ['PageUp'],
      label: 'Back to the named event before (the remote’s back key)',
      group: 'Presenting',
      run: () => void api.previousNamed(),
    },
  ]
}
