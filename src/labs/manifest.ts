import type { ComponentType } from 'react'
import type { Slow } from '../engine/api.ts'
import type { LabSession } from '../engine/client/session.ts'
import type { LabContent, Opening } from './content.ts'

export type { LabContent, Opening } from './content.ts'

/** What the app knows of a lab before it is opened. Cheap: everything heavy is behind a dynamic import. */
export interface LabManifest {
  readonly id: string
  readonly title: string
  /** One line for the home page. */
  readonly tagline: string
  createWorker(): Worker
  /** Virtual seconds per second at which this world is good to watch: messages are seen to travel. */
  readonly pace: number
  /** The experiment of a first visit: a world that already moves. */
  readonly first: Opening
  /** What the home page shows, again and again until its `until`: something happens in it. */
  readonly preview: Opening
  /** The unfinished task of a first visit. */
  readonly firstTask: FirstTask
  /** Titles for lists; the texts come with {@link LabManifest.content}. */
  loadView(): Promise<LabView>
  /** The living picture alone, for the home page: much lighter than the view. */
  loadPreview(): Promise<ComponentType<{ readonly session: LabSession }>>
  loadContent(): Promise<LabContent>
}

/**
 * A small task judged from slow state: it ticks when the facts show it. `Seen` is its memory, opaque to the app, which
 * feeds it every view and shows the ticks.
 */
export interface FirstTask<View = never, Seen = unknown> {
  readonly title: string
  /** In the order in which they become possible; the hint of the first open one is shown. */
  readonly goals: readonly { readonly text: string; readonly hint: string }[]
  /** What is said when all are done. */
  readonly done: string
  readonly start: Seen
  /** `acts` are the lines of the acts done so far in this future: `kill n1`. */
  next(seen: Seen, view: View, acts: readonly string[]): Seen
  /** One tick per goal. */
  ticks(seen: Seen): readonly boolean[]
}

/** The React side of a lab: `view/index.tsx` exports one of these. */
export interface LabView {
  readonly Stage: ComponentType<StageProps>
  /** Content of the inspector's first tab. */
  readonly ActorPanel: ComponentType<{ readonly session: LabSession }>
  /** What the first tab is called while nothing is selected. Absent: "Node". */
  readonly actorTitle?: string
  readonly lane: LaneStyle
  /** More tabs of the inspector, behind the first. Absent: none. */
  readonly panels?: readonly LabPanel[]
  /** False: a world of one actor, without messages and links, so without instruments for them. Absent: true. */
  readonly network?: boolean
  /** The picture in words, for "describe now": sentences, most important first. */
  describe(slow: Slow): string
}

/** A tab of the inspector that only this lab has. */
export interface LabPanel {
  readonly id: string
  readonly title: string
  readonly Panel: ComponentType<{ readonly session: LabSession }>
}

export interface StageProps {
  readonly session: LabSession
  /** A preview: no controls, no labels that need reading, not focusable. */
  readonly preview: boolean
  /** Ids of acts that are dimmed now (a lesson's step); null allows everything. */
  readonly allow: readonly string[] | null
}

/** How the space-time diagram draws this lab's phases and messages. Colours are names of CSS custom properties. */
export interface LaneStyle {
  /** `actor`: whose lane it is. */
  phase(
    phase: number,
    actor?: number,
  ): { readonly color: string; readonly weight: 'thin' | 'thick' | 'dashed'; readonly label: string }
  message(label: number, value: number): { readonly color: string; readonly dashed: boolean }
}
