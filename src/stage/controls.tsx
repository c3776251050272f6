import { List, Scissors } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { LabSession } from '../engine/client/session.ts'
import { Button } from '../ui/button.tsx'
import { type Hotkey, useHotkeys } from '../ui/hotkeys.ts'
import { announce } from '../ui/live-region.tsx'
import { MenuAt } from '../ui/menu.tsx'
import { useSession } from '../ui/use-session.ts'
import { ActionButton, NodeBar } from './action-bar.tsx'
import { heal, isDimmed, mainActions } from './actions.ts'
import type { WorkshopKit } from './kit.ts'
import { runAction } from './menus.ts'
import { Outline } from './outline.tsx'
import { PartitionDialog } from './partition-dialog.tsx'
import { nextMessage } from './picture-loop.ts'
import { isSevered, type Pointing } from './pointing.ts'
import { type Cast, useClient, useNode } from './stage-hooks.ts'

interface ControlsProps {
  readonly kit: WorkshopKit
  readonly session: LabSession
  readonly allow: readonly string[] | null
  readonly cast: Cast
  readonly pointing: Pointing
}

/** The line below the picture: acts on what is selected, or the key; and the menus that the picture opens. */
export function Controls({ kit, session, allow, cast, pointing }: ControlsProps) {
  const severed = useSession(session, isSevered)
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  const node = useNode(kit, session, selected)
  const client = useClient(kit, session, selected)
  useStageHotkeys(kit, session)
  const { dialog, setChosen, setDialog, setListOpen, listOpen } = pointing
  // The dialog's groups are shown on the stage only while it is open.
  useEffect(() => {
    if (!dialog) setChosen(null)
  }, [dialog, setChosen])
  const nodeNames = useMemo(() => cast.nodes.map((each) => cast.names[each] ?? ''), [cast])
  const more = (anchor: Element) => {
    if (node !== null) pointing.openActorMenu(cast.names.indexOf(node.name), anchor)
  }
  return (
    <>
      <div className="rs-controls">
        {node !== null ? (
          <NodeBar
            session={session}
            allow={allow}
            name={node.name}
            text={node.short}
            actions={mainActions(node.name, node.status, kit.nodeActions(node))}
            onMore={more}
          />
        ) : client !== null && selected !== null ? (
          <kit.ClientBar key={selected} session={session} allow={allow} name={selected} />
        ) : (
          <kit.Key />
        )}
        <div className="rs-tools">
          {severed && <ActionButton session={session} allow={allow} action={heal} withKey />}
          <Button
            size="small"
            look="ghost"
            dimmed={isDimmed('partition', allow)}
            aria-label="Partition…"
            title="Drag a line across the picture, or choose the groups here"
            onClick={() => setDialog(true)}
          >
            <Scissors size={14} aria-hidden /> <span className="rs-tools-text">Partition…</span>
          </Button>
          <Button
            size="small"
            look="ghost"
            aria-expanded={listOpen}
            aria-label="Nodes and clients as a list"
            title="Nodes and clients as a list"
            onClick={() => setListOpen(!listOpen)}
          >
            <List size={14} aria-hidden />
          </Button>
        </div>
      </div>
      <Outline
        kit={kit}
        session={session}
        allow={allow}
        cast={cast}
        open={listOpen}
        idPrefix={pointing.descriptionId}
      />
      {dialog && (
        <PartitionDialog session={session} nodes={nodeNames} onPreview={setChosen} onClose={() => setDialog(false)} />
      )}
      <MenuAt
        anchor={pointing.menu?.anchor ?? null}
        label={pointing.menu?.label ?? ''}
        entries={pointing.menu?.entries ?? []}
        onClose={() => pointing.closeMenu()}
      />
    </>
  )
}

/** The single keys of the stage; they act on the selected node. */
function useStageHotkeys(kit: WorkshopKit, session: LabSession): void {
  const onSelected = (key: string) => () => {
    const { slow, selection } = session
    const name = selection?.kind === 'actor' ? selection.name : null
    if (slow === null || name === null) return announce('Select a node first')
    const node = kit.node(slow, name)
    if (node === null) return announce(`${name} is a client`)
    const action = mainActions(node.name, node.status, kit.nodeActions(node)).find((each) => each.key === key)
    if (action !== undefined) return action.refused === null ? runAction(session, action) : announce(action.refused)
  }
  const group = 'Selected node'
  const table: readonly Hotkey[] = [
    { id: 'stage-kill', keys: ['k'], label: 'Kill, or restart when it is down', group, run: onSelected('k') },
    { id: 'stage-pause', keys: ['z'], label: 'Pause, or resume', group, run: onSelected('z') },
    { id: 'stage-isolate', keys: ['i'], label: 'Isolate', group, run: onSelected('i') },
    ...kit.keys.map(({ key, label }) => ({ id: `stage-${key}`, keys: [key], label, group, run: onSelected(key) })),
    {
      id: 'stage-next-message',
      keys: ['m'],
      label: 'Select the next message in flight',
      group: 'Stage',
      run: () => void selectNextMessage(kit, session),
    },
    { id: 'stage-heal', keys: ['h'], label: 'Heal the network', group: 'Stage', run: () => runAction(session, heal) },
    {
      id: 'stage-describe',
      keys: ['d'],
      label: 'Describe the picture now',
      group: 'Stage',
      run: () => {
        const slow = session.slow
        if (slow !== null) announce(kit.describe(slow))
      },
    },
  ]
  useHotkeys(table)
}

/** Messages fly past; from the keyboard they are picked one after the other, in the order of their numbers. */
async function selectNextMessage(kit: WorkshopKit, session: LabSession): Promise<void> {
  const present = session.selection?.kind === 'message' ? session.selection.id : -1
  const id = session.frame === null ? null : nextMessage(session.frame, present)
  if (id === null) return announce('No message is in flight')
  await session.select({ kind: 'message', id })
  const view = await session.api.message({ id })
  if (view !== null) announce(`${kit.titleOf(view.kind)} from ${view.from} to ${view.to}`)
}
