import { List, Scissors } from 'lucide-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { Button } from '../../../ui/button.tsx'
import { type Hotkey, useHotkeys } from '../../../ui/hotkeys.ts'
import { announce } from '../../../ui/live-region.tsx'
import { MenuAt, type MenuEntry } from '../../../ui/menu.tsx'
import { useSession } from '../../../ui/use-session.ts'
import {
  cutSides,
  layoutStage,
  linkLine,
  neighbour,
  type Point,
  type StageLayout,
  segmentDistance,
} from '../../../viz/geometry.ts'
import type { Traffic } from '../../../viz/traffic.ts'
import type { StageProps } from '../../manifest.ts'
import type { ClientView, NodeView, RaftView } from '../contract.ts'
import { ActionButton, ClientBar, NodeBar } from './action-bar.tsx'
import { type DiskState, heal, isDimmed, mainActions, partition } from './actions.ts'
import { ClientLines, ClientMark } from './clients.tsx'
import { describeNode, describeWorld } from './describe.ts'
import { titleOf } from './glyphs.ts'
import { separatedGroups } from './groups.ts'
import { MessageKey } from './key.tsx'
import { Links, Regions } from './links.tsx'
import { clientMenu, linkMenu, type MenuContext, messageMenu, nodeMenu, runAction, stageMenu } from './menus.ts'
import { MessageCard } from './message-card.tsx'
import { NodeShape } from './node-shape.tsx'
import { Outline } from './outline.tsx'
import { PartitionDialog } from './partition-dialog.tsx'
import { type PictureElements, usePictureLoop } from './picture-loop.ts'
import { type Cast, useCast, useClients, useDisks, useLinks, useNodes, useSize, useTheme } from './stage-hooks.ts'
import './stage.css'

/** A pointer that moves less than this while pressed has clicked. */
const DRAG_FROM = 6
/** Messages and links are caught from this far. */
const MESSAGE_REACH = 14
const LINK_REACH = 7
/** A message must stay under the pointer this long before its card opens. */
const HOVER_MS = 90

interface OpenMenu {
  readonly anchor: Element | Point
  readonly label: string
  readonly entries: readonly MenuEntry[]
}

interface Draft {
  readonly from: Point
  readonly to: Point
  /** Names by side; null while the line separates nobody. */
  readonly groups: readonly (readonly string[])[] | null
}

const healthy: DiskState = { stalled: false, onCrash: 'keep' }

/** The living picture of a Raft cluster, and everything that can be done to it by pointing. */
export function Stage({ session, preview, allow }: StageProps) {
  const picture = useRef<HTMLDivElement>(null)
  const elements = useRef<PictureElements>({ svg: null, nodes: null, stamps: null, traffic: null, omitted: null })
  const size = useSize(picture)
  const theme = useTheme()
  const cast = useCast(session)
  const layout = useMemo(
    () =>
      size === null || cast.names.length === 0
        ? null
        : layoutStage(cast.roles, size, { preview, textScale: theme.textScale }),
    [cast, size, preview, theme],
  )
  const pointing = usePointing(session, cast, layout, picture, preview, allow)
  const traffic = usePictureLoop(
    elements,
    { session, names: cast.names, nodes: cast.nodes, layout },
    pointing.afterFrame,
  )
  pointing.traffic.current = traffic

  const canvas = (name: 'nodes' | 'stamps' | 'traffic') => (
    <canvas
      ref={(element) => {
        elements.current = { ...elements.current, [name]: element }
      }}
      className="rs-canvas"
    />
  )
  return (
    <div className="rs-stage" data-preview={preview} data-detail={layout?.detail}>
      <div
        ref={picture}
        className="rs-picture"
        data-link={pointing.link !== null}
        data-message={pointing.hover !== null}
        {...(preview ? { 'aria-hidden': true } : pointing.handlers)}
      >
        {canvas('nodes')}
        {/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG */}
        <svg
          ref={(element) => {
            elements.current = { ...elements.current, svg: element }
          }}
          className="rs-svg"
          role="group"
          aria-label="Raft cluster: nodes and clients"
        >
          <Defs />
          {layout !== null && (
            <Scene
              session={session}
              cast={cast}
              layout={layout}
              preview={preview}
              textScale={theme.textScale}
              pointing={pointing}
            />
          )}
        </svg>
        {canvas('stamps')}
        {canvas('traffic')}
        {!preview && (
          <p
            className="rs-omitted"
            ref={(element) => {
              elements.current = { ...elements.current, omitted: element }
            }}
          />
        )}
        {pointing.hover !== null && layout !== null && (
          <MessageCard session={session} {...pointing.hover} width={layout.width} />
        )}
        {pointing.draft !== null && (
          <p className="rs-draft-text" aria-hidden="true">
            {pointing.draft.groups === null ? 'Drag the line between nodes' : partition(pointing.draft.groups).verb}
          </p>
        )}
      </div>
      {!preview && <Controls session={session} allow={allow} cast={cast} pointing={pointing} />}
    </div>
  )
}

function Defs() {
  return (
    <defs>
      <pattern id="rs-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line className="rs-hatch-line" y2="5" />
      </pattern>
    </defs>
  )
}

interface SceneProps {
  readonly session: LabSession
  readonly cast: Cast
  readonly layout: StageLayout
  readonly preview: boolean
  readonly textScale: number
  readonly pointing: Pointing
}

/** Everything with a place: links, regions, clients, nodes. */
function Scene({ session, cast, layout, preview, textScale, pointing }: SceneProps) {
  const links = useLinks(session)
  const clients = useClients(session)
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  const nodeNames = useMemo(() => cast.nodes.map((node) => cast.names[node] ?? ''), [cast])
  const groups = useMemo(() => separatedGroups(nodeNames, links), [nodeNames, links])
  const shown = pointing.draft?.groups ?? pointing.chosen ?? groups
  const numbers = useMemo(() => shown.map((group) => group.map((name) => cast.names.indexOf(name))), [shown, cast])
  const common = { layout, preview, textScale }
  return (
    <>
      <Regions
        {...common}
        nodes={cast.nodes}
        groups={numbers}
        draft={pointing.draft !== null || pointing.chosen !== null}
      />
      <Links {...common} names={cast.names} nodes={cast.nodes} links={links} />
      {pointing.link !== null && <HoveredLink layout={layout} pair={pointing.link} />}
      <ClientLines layout={layout} names={cast.names} numbers={cast.clients} views={clients} />
      {cast.names.map((name, actor) => (
        <g
          key={name}
          data-actor={actor}
          className="rs-actor"
          data-selected={selected === name}
          transform={`translate(${layout.x[actor]} ${layout.y[actor]})`}
          {...(preview ? {} : pointing.actorProps(actor, selected))}
        >
          {cast.roles[actor] === 'client' ? (
            <ClientMark
              name={name}
              radius={layout.clientRadius}
              view={clients.find((view) => view.name === name)}
              textWidth={layout.clientTextWidth}
              textScale={textScale}
              preview={preview}
            />
          ) : layout.detail === 'full' ? (
            <NodeShape index={actor} name={name} {...common} />
          ) : (
            <circle className="rs-target" r={Math.max(layout.nodeRadius, 12)} />
          )}
          {!preview && (
            <circle className="rs-focus" r={layout.reach[actor]! + (cast.roles[actor] === 'client' ? 8 : 14)} />
          )}
        </g>
      ))}
      {pointing.draft !== null && (
        <line
          className="rs-cut-line"
          x1={pointing.draft.from.x}
          y1={pointing.draft.from.y}
          x2={pointing.draft.to.x}
          y2={pointing.draft.to.y}
        />
      )}
    </>
  )
}

function HoveredLink({ layout, pair }: { readonly layout: StageLayout; readonly pair: readonly [number, number] }) {
  const line = linkLine(layout, pair[0], pair[1], 0)
  return <line className="rs-link-hover" x1={line.x1} y1={line.y1} x2={line.x2} y2={line.y2} />
}

// ---- Pointing ---------------------------------------------------------------------------------------------------

type Pointing = ReturnType<typeof usePointing>

/** What the pointer and the keyboard mean on the picture. */
function usePointing(
  session: LabSession,
  cast: Cast,
  layout: StageLayout | null,
  picture: { readonly current: HTMLDivElement | null },
  preview: boolean,
  allow: readonly string[] | null,
) {
  const traffic = useRef<{ readonly current: Traffic | null }>({ current: null })
  const pointer = useRef({ x: 0, y: 0, inside: false, down: null as Point | null, dragging: false })
  const candidate = useRef({ id: -1, sinceMs: 0, shown: -1 })
  const [hover, setHover] = useState<{ readonly id: number; readonly x: number; readonly y: number } | null>(null)
  const [link, setLink] = useState<readonly [number, number] | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [chosen, setChosen] = useState<readonly (readonly string[])[] | null>(null)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [dialog, setDialog] = useState(false)
  const [listOpen, setListOpen] = useState(false)
  const [focused, setFocused] = useState(0)
  const descriptionId = useId()
  const context: MenuContext = useMemo(() => ({ session, allow }), [session, allow])

  const afterFrame = useCallback((drawn: Traffic, nowMs: number) => {
    const at = pointer.current
    const now = candidate.current
    const id =
      at.inside && !at.dragging ? drawn.hit(at.x, at.y, now.shown >= 0 ? 2 * MESSAGE_REACH : MESSAGE_REACH) : -1
    if (id !== now.id) {
      // The card stays with its message as long as that is near, even if another one comes nearer.
      const still = now.shown >= 0 && at.inside && isNear(drawn.find(now.shown), at.x, at.y)
      if (!still) Object.assign(now, { id, sinceMs: nowMs })
    }
    if (now.id !== now.shown && (now.id < 0 || nowMs - now.sinceMs >= HOVER_MS)) {
      now.shown = now.id
      setHover(now.id < 0 ? null : { id: now.id, x: at.x, y: at.y })
    }
  }, [])

  const statusOf = (name: string): NodeView | null =>
    (session.slow?.view as RaftView | undefined)?.nodes.find((node) => node.name === name) ?? null

  const openActorMenu = (actor: number, anchor: Element | Point) => {
    const name = cast.names[actor]
    if (name === undefined) return
    if (cast.roles[actor] === 'client') {
      const entries = clientMenu(context, name, () => void session.select({ kind: 'actor', name }))
      return setMenu({ anchor, label: `Client ${name}`, entries })
    }
    const node = statusOf(name)
    const disk = session.slow?.disks.find((each) => each.actor === name) ?? healthy
    const others = cast.nodes.filter((other) => other !== actor).map((other) => cast.names[other] ?? '')
    const text = node === null ? '' : describeNode(node)
    setMenu({
      anchor,
      label: `Acts on ${name}`,
      entries: nodeMenu(context, { name, text, status: node?.status ?? 'up', disk }, others),
    })
  }

  const openMessageMenu = (id: number, anchor: Point) => {
    void session.select({ kind: 'message', id })
    const label = `Message m${id}`
    setMenu({ anchor, label, entries: messageMenu(context, id, label) })
    session.api.message({ id }).then(
      (view) => {
        if (view === null) return
        const title = `${titleOf(view.kind)} ${view.from} → ${view.to}`
        setMenu((open) => (open?.label === label ? { ...open, entries: messageMenu(context, id, title) } : open))
      },
      () => undefined,
    )
  }

  const openLinkMenu = (pair: readonly [number, number], anchor: Point) => {
    const [a, b] = [cast.names[pair[0]] ?? '', cast.names[pair[1]] ?? '']
    setMenu({ anchor, label: `Link ${a} – ${b}`, entries: linkMenu(context, a, b) })
  }

  const place = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const box = picture.current?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }

  const linkNear = ({ x, y }: Point): readonly [number, number] | null => {
    if (layout === null || layout.detail !== 'full') return null
    let best: readonly [number, number] | null = null
    let bestDistance = LINK_REACH
    for (const a of cast.nodes) {
      for (const b of cast.nodes) {
        if (a >= b) continue
        const { distance } = segmentDistance(linkLine(layout, a, b, 0), x, y)
        if (distance < bestDistance) {
          best = [a, b]
          bestDistance = distance
        }
      }
    }
    return best
  }

  const sidesOf = (from: Point, to: Point): readonly (readonly string[])[] | null => {
    if (layout === null) return null
    const places = cast.nodes.map((node) => ({ x: layout.x[node]!, y: layout.y[node]! }))
    return (
      cutSides(places, from, to)?.map((side) => side.map((position) => cast.names[cast.nodes[position]!] ?? '')) ?? null
    )
  }

  const endDrag = () => {
    pointer.current.down = null
    pointer.current.dragging = false
    setDraft(null)
  }

  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const at = place(event)
      if (event.button !== 0 || actorOf(event.target) !== null) return
      Object.assign(pointer.current, { ...at, inside: true, down: at, dragging: false })
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const at = place(event)
      const now = pointer.current
      const overActor = actorOf(event.target) !== null
      Object.assign(now, { ...at, inside: !overActor || now.dragging })
      if (now.down !== null) {
        if (!now.dragging && Math.hypot(at.x - now.down.x, at.y - now.down.y) < DRAG_FROM) return
        if (!now.dragging) event.currentTarget.setPointerCapture(event.pointerId)
        now.dragging = true
        setLink(null)
        setDraft({ from: now.down, to: at, groups: sidesOf(now.down, at) })
        return
      }
      const near = overActor || candidate.current.shown >= 0 ? null : linkNear(at)
      setLink((old) => (old?.[0] === near?.[0] && old?.[1] === near?.[1] ? old : near))
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const now = pointer.current
      if (now.down === null) return
      const at = place(event)
      if (now.dragging) {
        const groups = sidesOf(now.down, at)
        endDrag()
        if (groups !== null) runAction(session, partition(groups))
        return
      }
      endDrag()
      const anchor = { x: event.clientX, y: event.clientY }
      const id =
        candidate.current.shown >= 0
          ? candidate.current.shown
          : (traffic.current.current?.hit(at.x, at.y, MESSAGE_REACH) ?? -1)
      if (id >= 0) return openMessageMenu(id, anchor)
      const near = linkNear(at)
      if (near !== null) return openLinkMenu(near, anchor)
      void session.select(null)
    },
    onPointerCancel: endDrag,
    onPointerLeave: () => {
      pointer.current.inside = false
      setLink(null)
    },
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      event.preventDefault()
      endDrag()
      const at = place(event)
      const anchor = { x: event.clientX, y: event.clientY }
      const actor = actorOf(event.target)
      if (actor !== null) {
        // From the keyboard the event has no place of its own.
        const target = (event.target as Element).closest('[data-actor]')
        return openActorMenu(actor, anchor.x === 0 && anchor.y === 0 && target !== null ? target : anchor)
      }
      const id = traffic.current.current?.hit(at.x, at.y, MESSAGE_REACH) ?? -1
      if (id >= 0) return openMessageMenu(id, anchor)
      const near = linkNear(at)
      if (near !== null) return openLinkMenu(near, anchor)
      setMenu({ anchor, label: 'Network', entries: stageMenu(context, isSevered(session), () => setDialog(true)) })
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'Escape' && pointer.current.dragging) {
        event.preventDefault()
        return endDrag()
      }
      const actor = actorOf(event.target)
      if (actor === null || event.ctrlKey || event.metaKey || event.altKey) return
      const step = ARROWS[event.key]
      if (step !== undefined && !event.shiftKey && layout !== null) {
        event.preventDefault()
        const next = neighbour(layout, actor, step[0], step[1])
        if (next !== null) picture.current?.querySelector<SVGElement>(`[data-actor="${next}"]`)?.focus()
      } else if (event.key === 'Enter') {
        event.preventDefault()
        openActorMenu(actor, event.target as Element)
      } else if (event.key === 'Escape' && session.selection !== null) {
        event.preventDefault()
        void session.select(null)
      }
    },
  }

  const actorProps = (actor: number, selected: string | null) => {
    const name = cast.names[actor] ?? ''
    return {
      role: 'button',
      tabIndex: actor === Math.min(focused, cast.names.length - 1) ? 0 : -1,
      'aria-label': name,
      'aria-describedby': `${descriptionId}-${name}`,
      'aria-haspopup': 'menu' as const,
      'aria-pressed': selected === name,
      onClick: () => void session.select({ kind: 'actor', name }),
      onFocus: (event: { readonly currentTarget: Element }) => {
        setFocused(actor)
        if (event.currentTarget.matches(':focus-visible')) void session.select({ kind: 'actor', name })
      },
    }
  }

  return {
    afterFrame,
    traffic,
    handlers,
    actorProps,
    context,
    descriptionId,
    hover: preview || menu !== null ? null : hover,
    link: menu === null ? link : null,
    draft,
    chosen,
    setChosen,
    menu,
    setMenu,
    dialog,
    setDialog,
    listOpen,
    setListOpen,
    openActorMenu,
  }
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function actorOf(target: EventTarget): number | null {
  const found = target instanceof Element ? target.closest('[data-actor]') : null
  return found === null ? null : Number(found.getAttribute('data-actor'))
}

function isNear(place: Point | null, x: number, y: number): boolean {
  return place !== null && Math.hypot(place.x - x, place.y - y) <= 2 * MESSAGE_REACH
}

function isSevered(session: LabSession): boolean {
  return session.slow?.links.some((link) => link.severed || link.clog) === true
}

// ---- Controls below the picture ---------------------------------------------------------------------------------

interface ControlsProps {
  readonly session: LabSession
  readonly allow: readonly string[] | null
  readonly cast: Cast
  readonly pointing: Pointing
}

function Controls({ session, allow, cast, pointing }: ControlsProps) {
  const nodes = useNodes(session)
  const clients = useClients(session)
  const disks = useDisks(session)
  const severed = useSession(session, isSevered)
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  const node = nodes.find((each) => each.name === selected)
  const client = clients.find((each) => each.name === selected)
  useStageHotkeys(session)
  const { dialog, setChosen, setDialog, setListOpen, listOpen } = pointing
  // The dialog's groups are shown on the stage only while it is open.
  useEffect(() => {
    if (!dialog) setChosen(null)
  }, [dialog, setChosen])
  const nodeNames = useMemo(() => cast.nodes.map((each) => cast.names[each] ?? ''), [cast])
  const more = (anchor: Element) => {
    if (node !== undefined) pointing.openActorMenu(cast.names.indexOf(node.name), anchor)
  }
  return (
    <>
      <div className="rs-controls">
        {node !== undefined ? (
          <NodeBar
            session={session}
            allow={allow}
            name={node.name}
            text={shortState(node)}
            status={node.status}
            onMore={more}
          />
        ) : client !== undefined ? (
          <ClientBar key={client.name} session={session} allow={allow} name={client.name} />
        ) : (
          <MessageKey />
        )}
        <div className="rs-tools">
          {severed && <ActionButton session={session} allow={allow} action={heal} withKey />}
          <Button
            size="small"
            look="ghost"
            dimmed={isDimmed('partition', allow)}
            title="Drag a line across the picture, or choose the groups here"
            onClick={() => setDialog(true)}
          >
            <Scissors size={14} aria-hidden /> Partition…
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
        session={session}
        allow={allow}
        nodes={nodes}
        clients={clients}
        diskOf={(name) => disks.find((disk) => disk.actor === name) ?? healthy}
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
        onClose={() => pointing.setMenu(null)}
      />
    </>
  )
}

function shortState(node: NodeView): string {
  return node.status === 'up' ? `${node.role}, term ${node.term}` : node.status
}

/** The single keys of the stage; they act on the selected node. */
function useStageHotkeys(session: LabSession): void {
  const view = () => session.slow?.view as RaftView | undefined
  const onSelected = (key: string) => () => {
    const name = session.selection?.kind === 'actor' ? session.selection.name : null
    const node = view()?.nodes.find((each) => each.name === name)
    const action = node === undefined ? undefined : mainActions(node.name, node.status).find((each) => each.key === key)
    if (action !== undefined) return action.refused === null ? runAction(session, action) : announce(action.refused)
    const client: ClientView | undefined = view()?.clients.find((each) => each.name === name)
    announce(client === undefined ? 'Select a node first' : `${client.name} is a client`)
  }
  const group = 'Selected node'
  const table: readonly Hotkey[] = [
    { id: 'raft-kill', keys: ['k'], label: 'Kill, or restart when it is down', group, run: onSelected('k') },
    { id: 'raft-pause', keys: ['z'], label: 'Pause, or resume', group, run: onSelected('z') },
    { id: 'raft-isolate', keys: ['i'], label: 'Isolate', group, run: onSelected('i') },
    { id: 'raft-campaign', keys: ['c'], label: 'Start an election', group, run: onSelected('c') },
    { id: 'raft-heal', keys: ['h'], label: 'Heal the network', group: 'Stage', run: () => runAction(session, heal) },
    {
      id: 'raft-describe',
      keys: ['d'],
      label: 'Describe the picture now',
      group: 'Stage',
      run: () => {
        const slow = session.slow
        if (slow !== null) announce(describeWorld(slow.view as RaftView, slow.run))
      },
    },
  ]
  useHotkeys(table)
}
