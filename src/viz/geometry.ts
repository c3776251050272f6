/** Where things stand on the stage: pure, so that it is computed once per size and tested without a screen. */

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
}

/** How much of a node fits: everything; name and a strip without digits; a dot with a strip of hairlines. */
export type Detail = 'full' | 'compact' | 'dense'

/** More nodes than this are drawn on a canvas and lose digits and captions. */
const FULL_NODES_MAX = 9
/** More nodes than this stand on several rings. */
const COMPACT_NODES_MAX = 30

export interface Strip {
  readonly cells: number
  readonly cellWidth: number
  readonly cellHeight: number
  /** From the node's centre down to the strip's upper edge. */
  readonly top: number
}

export interface StageLayout extends Size {
  readonly detail: Detail
  /** Too narrow for clients beside the nodes: they stand in a band above. */
  readonly narrow: boolean
  /** By actor number. */
  readonly x: Float32Array
  readonly y: Float32Array
  /** By actor number: where links begin, measured from the centre. */
  readonly reach: Float32Array
  readonly nodeRadius: number
  readonly clientRadius: number
  readonly strip: Strip
  /** Room for a client's text, in pixels; 0: none. */
  readonly clientTextWidth: number
}

export interface LayoutOptions {
  /** A preview: no captions, so nodes may stand wider. */
  readonly preview: boolean
  /** 1, or 1.5 on a projector. */
  readonly textScale: number
  /** Below each node there are only two lines of text, and no strip. */
  readonly captionsOnly?: boolean
}

const NARROW = 560
const STRIP_CELLS_MAX = 12

/** Places every actor; `roles` is indexed by actor number. */
export function layoutStage(roles: readonly ('node' | 'client')[], size: Size, options: LayoutOptions): StageLayout {
  const nodes = indexesOf(roles, 'node')
  const clients = indexesOf(roles, 'client')
  const detail: Detail =
    nodes.length <= FULL_NODES_MAX ? 'full' : nodes.length <= COMPACT_NODES_MAX ? 'compact' : 'dense'
  const narrow = size.width < NARROW * (options.captionsOnly && !options.preview ? options.textScale : 1)
  const x = new Float32Array(roles.length)
  const y = new Float32Array(roles.length)
  const reach = new Float32Array(roles.length)
  const scale = options.textScale
  const clientRadius = clientSize(clients.length, size, narrow, options)
  const clientTextWidth = placeClients(
    clients,
    size,
    { x, y },
    { narrow, clientRadius, scale, preview: options.preview },
  )
  const area = nodeArea(size, clients.length, narrow, clientRadius, scale, options.preview)
  const placed =
    detail === 'full'
      ? placeCircle(nodes, area, { x, y }, narrow, options)
      : placeRings(nodes, area, { x, y }, detail, options)
  for (const node of nodes) reach[node] = placed.nodeRadius
  for (const client of clients) reach[client] = clientRadius
  return { ...size, detail, narrow, x, y, reach, clientRadius, clientTextWidth, ...placed }
}

interface Columns {
  readonly x: Float32Array
  readonly y: Float32Array
}

interface Area {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

interface Placed {
  readonly nodeRadius: number
  readonly strip: Strip
}

function indexesOf(roles: readonly string[], role: string): number[] {
  return roles.flatMap((each, index) => (each === role ? [index] : []))
}

/** Half the side of a client's mark; a crowd gets smaller marks. */
function clientSize(clients: number, size: Size, narrow: boolean, options: LayoutOptions): number {
  if (options.preview) return 7
  const pitch = narrow ? size.width / Math.max(1, clients) : size.height / Math.max(1, Math.ceil(clients / 2))
  return Math.min((narrow ? 11 : 13) * Math.min(options.textScale, 1.25), pitch * 0.36)
}

/** What is left for nodes when the clients stand. */
function nodeArea(
  size: Size,
  clients: number,
  narrow: boolean,
  clientRadius: number,
  scale: number,
  preview: boolean,
): Area {
  const band = narrow && clients > 0 ? 2 * clientRadius + (preview ? 8 : 12 + 18 * scale) : 0
  const columns = !narrow && clients > 4 ? 84 * scale : 0
  return { left: columns, top: band, right: size.width - columns, bottom: size.height }
}

/** Wide: alternately at the left and the right rim, corners first. Narrow: in a row at the top. Returns the room for text. */
function placeClients(
  clients: readonly number[],
  size: Size,
  at: Columns,
  look: { narrow: boolean; clientRadius: number; scale: number; preview: boolean },
): number {
  if (clients.length === 0) return 0
  if (look.narrow) {
    const pitch = size.width / clients.length
    clients.forEach((client, position) => {
      at.x[client] = pitch * (position + 0.5)
      at.y[client] = look.clientRadius + 8
    })
    return look.preview || pitch < 64 ? 0 : pitch - 8
  }
  const room = look.preview ? 0 : 108 * look.scale
  const inset = Math.max(look.clientRadius + 10, room / 2 + 4)
  const top = look.clientRadius + (look.preview ? 10 : 34)
  const bottom = size.height - look.clientRadius - (look.preview ? 10 : 56 * look.scale)
  const rows = Math.ceil(clients.length / 2)
  clients.forEach((client, position) => {
    const row = Math.floor(position / 2)
    at.x[client] = position % 2 === 0 ? inset : size.width - inset
    at.y[client] = rows <= 1 ? top : top + ((bottom - top) * row) / (rows - 1)
  })
  return rows > 1 && (bottom - top) / (rows - 1) < 2 * look.clientRadius + 22 * look.scale ? 0 : room
}

/** Up to nine nodes on one ellipse, the first at the top, with room for crown, strip and caption. */
function placeCircle(
  nodes: readonly number[],
  area: Area,
  at: Columns,
  narrow: boolean,
  options: LayoutOptions,
): Placed {
  const width = area.right - area.left
  const height = area.bottom - area.top
  const scale = options.textScale
  if (options.captionsOnly) return placeCaptioned(nodes, area, at, narrow, options)
  const nodeRadius = clamp(Math.min(width / 12, height / (options.preview ? 9 : 12)), 14, 36 * Math.min(scale, 1.3))
  const cellWidth = options.preview ? Math.max(4, nodeRadius / 4) : 16 * Math.min(scale, 1.3)
  const cellHeight = options.preview ? Math.max(5, nodeRadius / 3) : 16 * Math.min(scale, 1.3)
  const top = nodeRadius + (options.preview ? 8 : 14)
  const below = top + cellHeight + (options.preview ? 6 : 14 + 14 * scale)
  const above = nodeRadius + (options.preview ? 12 : 30)
  const stripMax = cellWidth * (narrow || options.preview ? 8 : STRIP_CELLS_MAX)
  const side = Math.max(nodeRadius + 16, Math.min(stripMax, width / 3.2) / 2 + (options.preview ? 4 : narrow ? 10 : 34))
  placeEllipse(nodes, at, {
    left: area.left + side,
    right: area.right - side,
    top: area.top + above,
    bottom: area.bottom - below,
  })
  // Strips of nodes at about the same height must not touch.
  const free = smallestGap(nodes, at, cellHeight + 20 * scale) - (options.preview ? 6 : 34)
  const room = Math.min(free, 2 * (side - (options.preview ? 2 : narrow ? 4 : 30)))
  const cells = clamp(Math.floor(room / cellWidth), 3, options.preview ? 8 : STRIP_CELLS_MAX)
  return { nodeRadius, strip: { cells, cellWidth, cellHeight, top } }
}

/** The same with two lines of text below each node instead of a strip. */
function placeCaptioned(
  nodes: readonly number[],
  area: Area,
  at: Columns,
  narrow: boolean,
  { preview, textScale: scale }: LayoutOptions,
): Placed {
  const smaller = Math.min((area.right - area.left) / 11, (area.bottom - area.top) / (preview ? 9 : 12))
  const nodeRadius = clamp(smaller, 14, 36 * Math.min(scale, 1.3))
  const lines = preview ? 0 : 36 * scale
  const side = preview ? nodeRadius + 14 : Math.max(nodeRadius + 28, (narrow ? 50 : 68) * scale)
  placeEllipse(nodes, at, {
    left: area.left + side,
    right: area.right - side,
    top: area.top + nodeRadius + (preview ? 12 : 30),
    bottom: area.bottom - nodeRadius - lines - 14,
  })
  return { nodeRadius, strip: { cells: 0, cellWidth: 0, cellHeight: lines / 3, top: nodeRadius + 6 } }
}

/** Many nodes: one ellipse, or three nested ones, each holding as many as its length allows. */
function placeRings(nodes: readonly number[], area: Area, at: Columns, detail: Detail, options: LayoutOptions): Placed {
  const rings = detail === 'compact' ? [1] : nodes.length <= 60 ? [1, 0.62] : [1, 0.7, 0.4]
  const margin = detail === 'compact' ? 40 : 26
  const spread = {
    left: area.left + margin,
    right: area.right - margin,
    top: area.top + margin - 6,
    bottom: area.bottom - margin,
  }
  const length = ellipseLength((spread.right - spread.left) / 2, (spread.bottom - spread.top) / 2)
  const total = rings.reduce((sum, ring) => sum + ring, 0)
  const pitch = (length * total) / nodes.length
  let next = 0
  rings.forEach((ring, position) => {
    const last = position === rings.length - 1
    const count = last ? nodes.length - next : Math.round((nodes.length * ring) / total)
    placeEllipse(nodes.slice(next, next + count), at, shrink(spread, ring))
    next += count
  })
  const nodeRadius = clamp(
    pitch * (detail === 'compact' ? 0.27 : 0.3),
    4,
    detail === 'compact' ? 20 * options.textScale : 13,
  )
  const cells = detail === 'compact' ? 8 : STRIP_CELLS_MAX
  const cellWidth = Math.max(1, Math.floor((pitch * 0.78) / cells))
  const cellHeight = detail === 'compact' ? Math.max(4, Math.min(7, cellWidth + 1)) : 3
  return { nodeRadius, strip: { cells, cellWidth, cellHeight, top: nodeRadius + (detail === 'compact' ? 6 : 3) } }
}

function shrink(area: Area, factor: number): Area {
  const x = ((area.right - area.left) * (1 - factor)) / 2
  const y = ((area.bottom - area.top) * (1 - factor)) / 2
  return { left: area.left + x, right: area.right - x, top: area.top + y, bottom: area.bottom - y }
}

/** Ramanujan's approximation. */
function ellipseLength(a: number, b: number): number {
  return Math.PI * (3 * (a + b) - Math.sqrt((3 * a + b) * (a + 3 * b)))
}

/** Evenly by length along an ellipse that fills `area`, clockwise from the top (two nodes: side by side). */
function placeEllipse(nodes: readonly number[], at: Columns, area: Area): void {
  const start = nodes.length === 2 ? Math.PI : -Math.PI / 2
  const units = nodes.map((_, position) => {
    const angle = start + (2 * Math.PI * position) / nodes.length
    return { x: Math.cos(angle), y: Math.sin(angle) }
  })
  const bounds = boundsOf(units)
  const high = bounds.bottom - bounds.top
  const wide = bounds.right - bounds.left
  let radiusX = wide < 0.01 ? 0 : Math.max(0, area.right - area.left) / wide
  let radiusY = high < 0.01 ? 0 : Math.max(0, area.bottom - area.top) / high
  // Neither a sausage nor a tower: a circle stays recognizable.
  if (radiusY > 0) radiusX = Math.min(radiusX, 1.6 * radiusY)
  if (radiusX > 0) radiusY = Math.min(radiusY, 1.3 * radiusX)
  const centreX = (area.left + area.right) / 2
  const centreY = (area.top + area.bottom) / 2 - (radiusY * (bounds.top + bounds.bottom)) / 2
  const many = nodes.length > FULL_NODES_MAX
  nodes.forEach((node, position) => {
    const unit = many ? evenly(position / nodes.length, radiusX, radiusY) : units[position]!
    at.x[node] = centreX + radiusX * unit.x
    at.y[node] = centreY + radiusY * unit.y
  })
}

const ARC_STEPS = 360

/** The unit vector at `share` (0..1) of the ellipse's length: equal angles would crowd the flat sides. */
function evenly(share: number, radiusX: number, radiusY: number): Point {
  let total = 0
  const lengths = new Float64Array(ARC_STEPS)
  for (let step = 0; step < ARC_STEPS; step += 1) {
    const angle = (2 * Math.PI * (step + 0.5)) / ARC_STEPS
    lengths[step] = Math.hypot(radiusX * Math.cos(angle), radiusY * Math.sin(angle))
    total += lengths[step]!
  }
  let left = share * total
  let step = 0
  while (step < ARC_STEPS && left >= lengths[step]!) {
    left -= lengths[step]!
    step += 1
  }
  const angle = (2 * Math.PI * (step + left / (lengths[step % ARC_STEPS]! || 1))) / ARC_STEPS - Math.PI / 2
  return { x: Math.cos(angle), y: Math.sin(angle) }
}

function boundsOf(points: readonly Point[]): Area {
  if (points.length === 0) return { left: 0, right: 0, top: 0, bottom: 0 }
  const xs = points.map((point) => point.x)
  const ys = points.map((point) => point.y)
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
}

/** The smallest horizontal distance of two nodes whose heights differ by less than `within`. */
function smallestGap(nodes: readonly number[], at: Columns, within: number): number {
  let gap = Number.POSITIVE_INFINITY
  for (const one of nodes) {
    for (const other of nodes) {
      if (one >= other || Math.abs(at.y[one]! - at.y[other]!) >= within) continue
      gap = Math.min(gap, Math.abs(at.x[one]! - at.x[other]!))
    }
  }
  return gap
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}

/** A directed link on the screen: from rim to rim, moved to its right by `lane` pixels so that both ways can be told apart. */
export interface LinkLine {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

export function linkLine(layout: StageLayout, from: number, to: number, lane: number): LinkLine {
  const dx = layout.x[to]! - layout.x[from]!
  const dy = layout.y[to]! - layout.y[from]!
  const length = Math.hypot(dx, dy) || 1
  const ux = dx / length
  const uy = dy / length
  return {
    x1: layout.x[from]! + ux * layout.reach[from]! - uy * lane,
    y1: layout.y[from]! + uy * layout.reach[from]! + ux * lane,
    x2: layout.x[to]! - ux * layout.reach[to]! - uy * lane,
    y2: layout.y[to]! - uy * layout.reach[to]! + ux * lane,
  }
}

/**
 * Which side of the line through `a` and `b` each point is on: `[left, right]` as positions in `points`, points on the
 * line to the left. Null when the line is too short to have a direction or separates nobody.
 */
export function cutSides(
  points: readonly Point[],
  a: Point,
  b: Point,
): readonly [readonly number[], readonly number[]] | null {
  if (Math.hypot(b.x - a.x, b.y - a.y) < 4) return null
  const left: number[] = []
  const right: number[] = []
  points.forEach((point, position) => {
    const side = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    ;(side <= 0 ? left : right).push(position)
  })
  return left.length === 0 || right.length === 0 ? null : [left, right]
}

/** The convex hull, counter-clockwise on paper (Andrew's monotone chain). One or two points are their own hull. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  if (sorted.length < 3) return sorted
  const half = (ordered: readonly Point[]) => {
    const chain: Point[] = []
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.toReversed())]
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/** Distance of a point from a line segment, and how far along (0..1) its foot stands. */
export function segmentDistance(
  line: LinkLine,
  x: number,
  y: number,
): { readonly distance: number; readonly share: number } {
  const dx = line.x2 - line.x1
  const dy = line.y2 - line.y1
  const share = clamp(((x - line.x1) * dx + (y - line.y1) * dy) / (dx * dx + dy * dy || 1), 0, 1)
  return { distance: Math.hypot(x - line.x1 - share * dx, y - line.y1 - share * dy), share }
}

/** The actor that is nearest in a direction: for the arrow keys. Null when none lies that way. */
export function neighbour(layout: StageLayout, from: number, dx: number, dy: number): number | null {
  let best: number | null = null
  let bestCost = Number.POSITIVE_INFINITY
  for (let actor = 0; actor < layout.x.length; actor += 1) {
    if (actor === from) continue
    const ox = layout.x[actor]! - layout.x[from]!
    const oy = layout.y[actor]! - layout.y[from]!
    const along = ox * dx + oy * dy
    const across = Math.abs(ox * dy - oy * dx)
    if (along <= 0 || across > 1.8 * along) continue
    const cost = along + 2 * across
    if (cost < bestCost) {
      best = actor
      bestCost = cost
    }
  }
  return best
}
