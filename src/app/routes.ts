/** Every place of the site. All of them live behind the `#`, so that any static host serves them. */
export type Route =
  | { readonly kind: 'home' }
  /** `#/raft`, or `#/raft?x=…&t=3.2s`: `link` is what stands behind the `?`, for the link codec to read. */
  | { readonly kind: 'lab'; readonly lab: string; readonly link: string | null }
  /** `#/raft/s/leader-dies` */
  | { readonly kind: 'scenario'; readonly lab: string; readonly scenario: string }
  /** `#/raft/lesson/commit-rule/3`; steps count from 1. */
  | { readonly kind: 'lesson'; readonly lab: string; readonly lesson: string; readonly step: number }
  /** `#/raft/embed?x=…`: one figure for somebody's page. */
  | { readonly kind: 'embed'; readonly lab: string; readonly link: string | null }
  | { readonly kind: 'unknown'; readonly path: string }

/** Reads what stands behind the `#`. `labs` are the ids that exist; everything else is `unknown`. */
export function parseRoute(hash: string, labs: readonly string[]): Route {
  const path = hash.replace(/^#?\/?/, '')
  const question = path.indexOf('?')
  const [lab = '', ...rest] = decode(question < 0 ? path : path.slice(0, question))
    .split('/')
    .filter((part) => part !== '')
  if (lab === '') return { kind: 'home' }
  const unknown: Route = { kind: 'unknown', path: `/${path}` }
  if (!labs.includes(lab)) return unknown
  // The codec says what is wrong with a link; a query without `x=` is none.
  const query = question < 0 ? '' : path.slice(question + 1)
  const link = /(^|&)x=/.test(query) ? query : null
  const [place, name, step, ...more] = rest
  if (more.length > 0) return unknown
  if (place === undefined) return { kind: 'lab', lab, link }
  if (place === 'embed' && name === undefined) return { kind: 'embed', lab, link }
  if (place === 's' && name !== undefined && step === undefined) return { kind: 'scenario', lab, scenario: name }
  if (place === 'lesson' && name !== undefined && /^([1-9]\d{0,2})?$/.test(step ?? ''))
    return { kind: 'lesson', lab, lesson: name, step: Number(step ?? 1) }
  return unknown
}

/** The address of a place, with its `#`: the inverse of {@link parseRoute}. */
export function routeHash(route: Exclude<Route, { kind: 'unknown' }>): string {
  switch (route.kind) {
    case 'home':
      return '#/'
    case 'lab':
      return `#/${route.lab}${query(route.link)}`
    case 'embed':
      return `#/${route.lab}/embed${query(route.link)}`
    case 'scenario':
      return `#/${route.lab}/s/${encodeURIComponent(route.scenario)}`
    case 'lesson':
      return `#/${route.lab}/lesson/${encodeURIComponent(route.lesson)}/${route.step}`
  }
}

function query(link: string | null): string {
  return link === null ? '' : `?${link}`
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Takes the route out of whatever a person pastes: a whole address, or what stands behind the `#`. Null: no link. */
export function routeInText(text: string, labs: readonly string[]): Route | null {
  const hash = /#\/?\S*/.exec(text.trim())?.[0]
  if (hash === undefined) return null
  const route = parseRoute(hash, labs)
  return route.kind === 'home' || route.kind === 'unknown' ? null : route
}
