import { createStore } from 'zustand/vanilla'
import { labs } from '../labs/registry.ts'
import { notify } from '../ui/notify.ts'
import { currentHash, go, readRoute } from './navigation.ts'
import { routeHash, routeInText } from './routes.ts'

/** An experiment that somebody dropped, chose or pasted, on its way to the lab that opens it. */
export interface Delivery {
  readonly lab: string
  readonly text: string
  /** As people call it: `election.lab`. */
  readonly from: string
}

export const inbox = createStore<{ readonly delivery: Delivery | null }>(() => ({ delivery: null }))

/** No experiment is longer; reading a film that was dropped by mistake would stop the page. */
const FILE_BYTES_MAX = 1_000_000

/** Reads the file and opens it in the lab that it names. */
export async function openFile(file: File): Promise<void> {
  if (file.size > FILE_BYTES_MAX) {
    const size = Math.ceil(file.size / 1_000)
    return notify({
      kind: 'refused',
      title: `${file.name} is no experiment`,
      text: `It has ${size} kB; at most 1,000 kB are read.`,
    })
  }
  const text = await file.text().catch(() => null)
  if (text === null) return notify({ kind: 'refused', title: `${file.name} cannot be read` })
  deliver(text, file.name)
}

/** Opens whatever was pasted: a link, or an experiment's text. */
export function openPasted(text: string): void {
  const route = routeInText(
    text,
    labs.map((lab) => lab.id),
  )
  if (route !== null && route.kind !== 'unknown') go(routeHash(route))
  else deliver(text, 'the pasted text')
}

function deliver(text: string, from: string): void {
  const named = /^\s*lab\s+(\S+)/m.exec(text)?.[1]
  // A text that names no lab of ours goes to the first one, whose parser says what is wrong with it.
  const lab = labs.find((each) => each.id === named)?.id ?? labs[0]?.id
  if (lab === undefined) return
  inbox.setState({ delivery: { lab, text, from } })
  const here = readRoute(currentHash())
  if (!('lab' in here) || here.lab !== lab || here.kind === 'embed') go(`#/${lab}`)
}
