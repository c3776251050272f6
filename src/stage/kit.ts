import type { ComponentType } from 'react'
import type { Slow } from '../engine/api.ts'
import type { LabSession } from '../engine/client/session.ts'
import type { StageLayout } from '../viz/geometry.ts'
import type { Palette } from '../viz/palette.ts'
import type { Glyph } from '../viz/traffic.ts'
import type { Action, ActionGroup, NodeStatus } from './actions.ts'
import type { Cast } from './stage-hooks.ts'
import type { TrafficFilter } from './traffic-filter.ts'

/** How a kind of message looks, and what people call it. */
export interface MessageLook extends Glyph {
  /** For people: `AppendEntries`. */
  readonly title: string
  /** Drawn hollow, its line dashed. */
  readonly reply: boolean
}

/** A node in words. */
export interface NodeFacts {
  readonly name: string
  readonly status: NodeStatus
  /** The lab's word for what it is: `leader`, `replica`. */
  readonly role: string
  /** For the action bar: `leader, term 3`. */
  readonly short: string
  /** The whole state in one line. */
  readonly text: string
}

/** Writes what a frame says about nodes into the picture. Made anew after every change of the structure. */
export interface NodePainter {
  paint(frame: Float64Array, nowUs: number): void
}

/** The same for many nodes, on a canvas; what moves in every frame goes below the traffic. */
export interface NodeCanvas {
  paint(frame: Float64Array): void
  timers(on: CanvasRenderingContext2D, frame: Float64Array, nowUs: number): void
}

export interface NodeShapeProps {
  readonly session: LabSession
  readonly index: number
  readonly name: string
  readonly layout: StageLayout
  readonly preview: boolean
  readonly textScale: number
}

export interface ClientLineProps {
  readonly session: LabSession
  readonly name: string
  readonly cast: Cast
  readonly layout: StageLayout
}

export interface ClientMarkProps {
  readonly session: LabSession
  readonly name: string
  readonly radius: number
  /** 0: no text. */
  readonly textWidth: number
  readonly textScale: number
  readonly preview: boolean
}

export interface OverlayProps {
  readonly session: LabSession
  readonly cast: Cast
  readonly layout: StageLayout
}

export interface BarProps {
  readonly session: LabSession
  readonly allow: readonly string[] | null
}

/**
 * What a lab brings to its stage: how its nodes, clients and messages look and what is peculiar to it. Pointing, menus,
 * links and their faults, partitions, the list for readers and the keys are the same in every lab.
 */
export interface StageKit {
  /** Names the picture: `Raft cluster: nodes and clients`. */
  readonly label: string
  /** In the order of the lab's message kinds. */
  readonly looks: readonly MessageLook[]
  /** `MsgApp` is `AppendEntries` to people. Unknown kinds stay as they are. */
  titleOf(kind: string): string
  /** Offsets in an actor's record of the frame. */
  readonly record: { readonly size: number; readonly status: number }
  paintShapes(svg: SVGSVGElement, nodes: readonly number[], layout: StageLayout): NodePainter
  paintCanvas(
    canvas: HTMLCanvasElement,
    names: readonly string[],
    nodes: readonly number[],
    layout: StageLayout,
    palette: Palette,
    pixelRatio: number,
  ): NodeCanvas | null
  /** Below each node there are two lines of text and no strip. */
  readonly captionsOnly?: boolean
  /** Patterns that the shapes refer to. */
  readonly Defs: ComponentType
  readonly NodeShape: ComponentType<NodeShapeProps>
  readonly ClientLine: ComponentType<ClientLineProps>
  readonly ClientMark: ComponentType<ClientMarkProps>
}

/** What the workshop adds to the picture: everything that can be done. */
export interface WorkshopKit extends StageKit {
  node(slow: Slow, name: string): NodeFacts | null
  /** A client's state in one line. */
  client(slow: Slow, name: string): string | null
  /** The lab's own acts on a node; those of the group without title stand beside Kill. */
  nodeActions(node: NodeFacts): readonly ActionGroup[]
  clientActions(client: string): readonly Action[]
  /** The entry of a client's menu that opens its form: `Put, get…`, and the verb it stands for. */
  readonly clientForm: { readonly label: string; readonly verb: string }
  /** One operation of the selected client, typed. */
  readonly ClientBar: ComponentType<BarProps & { readonly name: string }>
  /** What the marks on the links mean. */
  readonly Key: ComponentType
  /** Groups of messages that can be hidden. */
  readonly filter?: TrafficFilter
  /** In the picture's coordinates: above the links, below the nodes. */
  readonly Overlay?: ComponentType<OverlayProps>
  /** Floats above the picture. */
  readonly Notice?: ComponentType<{ readonly session: LabSession }>
  /** Stands beside the picture, above the line of acts. */
  readonly Beside?: ComponentType<{ readonly session: LabSession }>
  /** What a side of a partition is, in a few words; without it, how many nodes there are in it. */
  regionText?(slow: Slow, group: readonly string[]): string
  /** Keys of the lab's own acts: they do what the act with this key does. */
  readonly keys: readonly { readonly key: string; readonly label: string }[]
  /** The picture in words. */
  describe(slow: Slow): string
}
