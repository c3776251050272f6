import { type RefObject, useEffect, useMemo, useState } from 'react'
import type { LinkView } from '../engine/api.ts'
import type { LabSession } from '../engine/client/session.ts'
import { useSession } from '../ui/use-session.ts'
import type { Size } from '../viz/geometry.ts'
import { onPalette, palette } from '../viz/palette.ts'
import type { DiskState } from './actions.ts'
import type { NodeFacts, WorkshopKit } from './kit.ts'

/** Slow state arrives as new objects ten times a second; these hooks change only when the content does. */

export interface Cast {
  readonly names: readonly string[]
  readonly roles: readonly ('node' | 'client')[]
  /** Actor numbers. */
  readonly nodes: readonly number[]
  readonly clients: readonly number[]
}

/** Who is on the stage, by actor number. */
export function useCast(session: LabSession): Cast {
  const key = useSession(session, ({ slow, opened }) =>
    (slow?.actors ?? opened?.actors ?? []).map((actor) => `${actor.name}:${actor.role}`).join(' '),
  )
  return useMemo(() => {
    const actors = key === '' ? [] : key.split(' ').map((each) => each.split(':') as [string, 'node' | 'client'])
    const numbers = (wanted: 'node' | 'client') => actors.flatMap(([, role], index) => (role === wanted ? [index] : []))
    return {
      names: actors.map(([name]) => name),
      roles: actors.map(([, role]) => role),
      nodes: numbers('node'),
      clients: numbers('client'),
    }
  }, [key])
}

/** What `read` finds in the slow state, kept identical while its content (as JSON) is the same. */
function useSlow<T>(session: LabSession, read: (session: LabSession) => T): T {
  const text = useSession(session, (now) => JSON.stringify(read(now)))
  return useMemo(() => JSON.parse(text) as T, [text])
}

const noLinks: readonly LinkView[] = []

export const useLinks = (session: LabSession) => useSlow(session, ({ slow }) => slow?.links ?? noLinks)

/** One node in words; renders again only when they changed. */
export function useNode(kit: WorkshopKit, session: LabSession, name: string | null): NodeFacts | null {
  return useSession(session, ({ slow }) => (slow === null || name === null ? null : kit.node(slow, name)))
}

/** One client in words. */
export function useClient(kit: WorkshopKit, session: LabSession, name: string | null): string | null {
  return useSession(session, ({ slow }) => (slow === null || name === null ? null : kit.client(slow, name)))
}

/** A disk that nobody touched. */
const healthy: DiskState = { stalled: false, onCrash: 'keep' }

export function diskOf(session: LabSession, node: string): DiskState {
  return session.slow?.disks.find((disk) => disk.actor === node) ?? healthy
}

export function useDisk(session: LabSession, node: string): DiskState {
  return useSession(session, (now) => {
    const { stalled, onCrash } = diskOf(now, node)
    return { stalled, onCrash }
  })
}

/** The size of an element in whole pixels; null before it is known. */
export function useSize(ref: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      if (width > 0 && height > 0) setSize({ width: Math.round(width), height: Math.round(height) })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return size
}

export interface ThemeFacts {
  readonly version: number
  /** Factor on font sizes of the present theme. */
  readonly textScale: number
}

/** A new object for each theme. */
export function useTheme(): ThemeFacts {
  const [version, setVersion] = useState(0)
  useEffect(() => onPalette(() => setVersion((now) => now + 1)), [])
  return useMemo(() => ({ version, textScale: palette().textScale }), [version])
}
