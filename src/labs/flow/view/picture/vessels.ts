import { actorAt, HEADER, STATUS } from '../../../../engine/frame.ts'
import type { Palette } from '../../../../viz/palette.ts'
import { CONDITIONS, PART_KINDS } from '../../contract.ts'
import { ACTOR, ITEM_STRIDE, JOB_STRIDE, JOBS_MAX } from '../../frame.ts'
import { type Box, type FlowLayout, isBounded, openScale, type Rect, rimShare } from './layout.ts'
import { CLASSES, classToken, createSprites, type Sprites } from './looks.ts'

/** What moves inside the parts: levels, waiting items, servers at work. From the frame alone. */

export interface Vessels {
  paint(on: CanvasRenderingContext2D, frame: Float64Array, nowUs: number): void
}

const [FULL, BLOCKED, HELD] = (['full', 'blocked', 'held'] as const).map((name) => CONDITIONS.indexOf(name))
const [SOURCE, STAGE, SENDER, RECEIVER] = (['source', 'stage', 'sender', 'receiver'] as const).map((kind) =>
  PART_KINDS.indexOf(kind),
)
const BREAKER = { closed: 1, open: 2, halfOpen: 3 } as const

/** Side of a waiting item: as large as the places of the buffer allow. */
const ITEM_PX = { min: 5, max: 20 }
/** From this age on an item is paler, and paler again. */
const AGES_US = [100_000, 300_000, 1_000_000, 3_000_000] as const
const AGE_ALPHA = [1, 0.88, 0.74, 0.6, 0.46] as const
const SLOT_MAX = 44
/** Narrower tanks have room for one number. */
const SCALE_FROM_PX = 46

/** How full a tank is: pixels up to its rim, places below it, pixels of what is in it. */
interface Filling {
  readonly height: number
  readonly places: number
  readonly level: number
}

export function createVessels(layout: FlowLayout, palette: Palette, pixelRatio: number): Vessels {
  const scales = new Float64Array(layout.boxes.length)
  const sprites = new Map<number, Sprites>()
  const hues = Array.from({ length: CLASSES }, (_, each) => palette.color(classToken(each)))
  const hatch = createHatch(palette.warn, pixelRatio)
  const tokens = { level: palette.accentSoft, overfull: palette.color('--bad-soft') }

  const spritesOf = (half: number): Sprites => {
    const known = sprites.get(half)
    if (known !== undefined) return known
    const made = createSprites(half, palette, pixelRatio)
    sprites.set(half, made)
    return made
  }

  function paintTank(on: CanvasRenderingContext2D, frame: Float64Array, actor: number, nowUs: number): void {
    const row = actorAt(frame, actor)
    const isSender = frame[row + ACTOR.kind] === SENDER
    const capacity = frame[row + (isSender ? ACTOR.window : ACTOR.capacity)]!
    const waiting = frame[row + (isSender ? ACTOR.inFlight : ACTOR.waiting)]!
    const { tank } = layout.boxes[actor]!
    // The buffer of a receiver is counted in bytes: the whole vessel is its capacity.
    const isReceiver = frame[row + ACTOR.kind] === RECEIVER
    const bounded = isReceiver || isBounded(capacity)
    if (!bounded) scales[actor] = openScale(waiting, scales[actor]!)
    const places = bounded ? Math.max(1, capacity) : scales[actor]!
    const height = bounded && !isReceiver ? tank.height * rimShare(capacity) : tank.height
    const bottom = tank.y + tank.height
    const level = height * Math.min(1, waiting / places)
    const isFull = frame[row + ACTOR.condition] === FULL
    if (level > 0) {
      on.fillStyle = isFull ? tokens.overfull : tokens.level
      on.fillRect(tank.x, bottom - level, tank.width, level)
      on.fillStyle = isFull ? palette.bad : palette.accent
      on.fillRect(tank.x, bottom - level, tank.width, palette.stroke)
    }
    paintItems(on, frame, row, nowUs, tank, { height, places, level })
    if (bounded) paintRim(on, tank, bottom - height, isFull)
    else if (waiting > 0 && tank.width > SCALE_FROM_PX * palette.textScale && !layout.preview)
      paintScale(on, tank, places)
  }

  /** Whoever is served next stands at the bottom, beside the servers. */
  function paintItems(
    on: CanvasRenderingContext2D,
    frame: Float64Array,
    row: number,
    nowUs: number,
    tank: Rect,
    { height, places, level }: Filling,
  ): void {
    const count = frame[row + ACTOR.items]!
    if (count === 0) return
    const side = Math.min(ITEM_PX.max, Math.max(ITEM_PX.min, Math.sqrt((height * tank.width) / places)))
    const columns = Math.max(1, Math.floor(tank.width / side + 0.1))
    // So far apart that as many rows as there are places fill the vessel up to its rim.
    const rise = Math.max(side, height / Math.ceil(places / columns))
    const rows = Math.max(1, Math.ceil(level / rise - 0.2))
    const shown = Math.min(count, columns * rows)
    const marks = spritesOf(Math.max(1.75, Math.round(side * 3.4) / 8))
    const pitch = tank.width / columns
    let at = row + ACTOR.item
    for (let item = 0; item < shown; item += 1, at += ITEM_STRIDE) {
      const value = frame[at + 1]!
      on.globalAlpha = AGE_ALPHA[ageBand(nowUs - frame[at]!)]!
      const x = tank.x + tank.width - pitch * ((item % columns) + 0.5)
      const y = tank.y + tank.height - rise * (Math.floor(item / columns) + 0.5)
      marks.draw(on, value % 64, value >= 64, x, y)
    }
    on.globalAlpha = 1
  }

  function paintRim(on: CanvasRenderingContext2D, tank: Rect, y: number, isFull: boolean): void {
    if (y > tank.y + 4) {
      // What stands above the rim is outside.
      on.globalAlpha = 0.55
      on.fillStyle = palette.surface0
      on.fillRect(tank.x, tank.y, tank.width, y - tank.y)
      on.globalAlpha = 1
    }
    on.fillStyle = isFull ? palette.bad : palette.lineStrong
    const thick = (isFull ? 3 : 1.5) * palette.stroke
    on.fillRect(tank.x - 1, y - thick / 2, tank.width + 2, thick)
  }

  /** Without a rim: what the top of the vessel stands for. */
  function paintScale(on: CanvasRenderingContext2D, tank: Rect, places: number): void {
    on.font = `${9.5 * palette.textScale}px ${palette.fontUi}`
    on.textAlign = 'right'
    on.textBaseline = 'top'
    on.fillStyle = palette.ink3
    on.fillText(places >= 1000 ? `${places / 1000}k` : String(places), tank.x + tank.width - 2, tank.y + 2)
  }

  function paintServers(on: CanvasRenderingContext2D, frame: Float64Array, actor: number, nowUs: number): void {
    const row = actorAt(frame, actor)
    if (frame[row + ACTOR.servers]! <= JOBS_MAX) paintSlots(on, frame, actor, nowUs)
    else paintGauge(on, frame, row, slotArea(layout, layout.boxes[actor]!))
  }

  function paintSlots(on: CanvasRenderingContext2D, frame: Float64Array, actor: number, nowUs: number): void {
    const row = actorAt(frame, actor)
    const servers = frame[row + ACTOR.servers]!
    const grid = slotGrid(slotArea(layout, layout.boxes[actor]!), servers)
    const jobs = Math.min(frame[row + ACTOR.jobs]!, servers)
    const marks = grid.side >= 13 ? spritesOf(Math.min(8, Math.round(grid.side * 2) / 8)) : null
    let at = row + ACTOR.job
    for (let slot = 0; slot < servers; slot += 1, at += JOB_STRIDE) {
      const x = grid.x + (slot % grid.columns) * grid.pitch
      const y = grid.y + Math.floor(slot / grid.columns) * grid.pitch
      if (slot < jobs) paintJob(on, frame, row, at, nowUs, x, y, grid.side, marks)
      on.strokeStyle = slot < jobs ? palette.ink3 : palette.lineStrong
      on.lineWidth = palette.stroke
      if (slot >= jobs) on.setLineDash(DOTTED)
      on.strokeRect(x + 0.5, y + 0.5, grid.side - 1, grid.side - 1)
      if (slot >= jobs) on.setLineDash(SOLID)
    }
  }

  function paintJob(
    on: CanvasRenderingContext2D,
    frame: Float64Array,
    row: number,
    at: number,
    nowUs: number,
    x: number,
    y: number,
    side: number,
    marks: Sprites | null,
  ): void {
    const began = frame[at]!
    const ends = frame[at + 1]!
    const value = frame[at + 2]!
    const isBlocked = ends <= frame[HEADER.nowUs]! && frame[row + ACTOR.blocked]! > 0
    const share = ends <= began ? 1 : Math.min(1, Math.max(0, (nowUs - began) / (ends - began)))
    const fill = side * share
    on.globalAlpha = marks === null ? 0.85 : 0.42
    on.fillStyle = isBlocked ? hatch : hues[(value % 64) % CLASSES]!
    if (isBlocked) on.globalAlpha = 1
    on.fillRect(x, y + side - fill, side, fill)
    on.globalAlpha = 1
    if (!isBlocked) marks?.draw(on, value % 64, value >= 64, x + side / 2, y + side / 2)
    if (!isBlocked) return
    on.fillStyle = palette.warn
    on.fillRect(x + side - 3, y, 3, side)
  }

  /** Too many servers for a slot each: the busy part of a column, and hatched what is blocked of it. */
  function paintGauge(on: CanvasRenderingContext2D, frame: Float64Array, row: number, area: Rect): void {
    const servers = frame[row + ACTOR.servers]!
    const width = Math.min(area.width, 34)
    const x = area.x + (area.width - width) / 2
    const part = (count: number) => (area.height * Math.min(count, servers)) / servers
    const busy = part(frame[row + ACTOR.busy]!)
    const blocked = part(frame[row + ACTOR.blocked]!)
    on.globalAlpha = 0.6
    on.fillStyle = hues[0]!
    on.fillRect(x, area.y + area.height - busy, width, busy)
    on.globalAlpha = 1
    on.fillStyle = hatch
    on.fillRect(x, area.y + area.height - busy, width, blocked)
    on.strokeStyle = palette.lineStrong
    on.lineWidth = palette.stroke
    on.strokeRect(x + 0.5, area.y + 0.5, width - 1, area.height - 1)
  }

  /** A knife switch where requests leave the source. */
  function paintBreaker(on: CanvasRenderingContext2D, state: number, { x, width, pipeY }: Box): void {
    const pivot = x + width - 30
    const contact = x + width - 4
    const angle = state === BREAKER.open ? -0.9 : state === BREAKER.halfOpen ? -0.4 : 0
    const reach = contact - pivot
    on.fillStyle = palette.nodeFill
    on.fillRect(pivot - 6, pipeY - 25, reach + 9, 32)
    on.strokeStyle = state === BREAKER.open ? palette.bad : state === BREAKER.halfOpen ? palette.warn : palette.good
    on.fillStyle = on.strokeStyle
    on.lineWidth = 3.5
    on.lineCap = 'round'
    on.beginPath()
    on.moveTo(pivot, pipeY)
    on.lineTo(pivot + reach * Math.cos(angle), pipeY + reach * Math.sin(angle))
    on.stroke()
    on.lineCap = 'butt'
    on.beginPath()
    on.arc(pivot, pipeY, 4, 0, 2 * Math.PI)
    on.arc(contact, pipeY, 3.5, 0, 2 * Math.PI)
    on.fill()
  }

  /** What is unmistakable from the last row: who is down or paused, and who is blocked. */
  function paintState(on: CanvasRenderingContext2D, frame: Float64Array, actor: number): void {
    const row = actorAt(frame, actor)
    const box = layout.boxes[actor]!
    const status = frame[row + ACTOR.status]!
    const condition = frame[row + ACTOR.condition]!
    if (condition === BLOCKED || (condition === HELD && frame[row + ACTOR.kind] !== STAGE)) {
      on.fillStyle = palette.warn
      on.fillRect(box.x + box.width - 2, box.y + 4, 4, box.height - 8)
    }
    if (status === STATUS.up) return
    on.globalAlpha = 0.6
    on.fillStyle = palette.surface0
    on.fillRect(box.x, box.y, box.width, box.height)
    on.globalAlpha = 1
    if (status === STATUS.paused) {
      on.fillStyle = palette.ink2
      on.fillRect(box.x + box.width / 2 - 9, box.pipeY - 12, 6, 24)
      on.fillRect(box.x + box.width / 2 + 3, box.pipeY - 12, 6, 24)
      return
    }
    on.strokeStyle = palette.bad
    on.lineWidth = 2.5
    on.beginPath()
    on.moveTo(box.x, box.y)
    on.lineTo(box.x + box.width, box.y + box.height)
    on.moveTo(box.x + box.width, box.y)
    on.lineTo(box.x, box.y + box.height)
    on.stroke()
  }

  return {
    paint(on, frame, nowUs) {
      for (let actor = 0; actor < layout.boxes.length; actor += 1) {
        const row = actorAt(frame, actor)
        const kind = frame[row + ACTOR.kind]!
        paintTank(on, frame, actor, nowUs)
        if (kind === STAGE) paintServers(on, frame, actor, nowUs)
        const breaker = frame[row + ACTOR.breaker]!
        if (kind === SOURCE && breaker > 0) paintBreaker(on, breaker, layout.boxes[actor]!)
        paintState(on, frame, actor)
      }
    },
  }
}

const DOTTED = [2, 2]
const SOLID: number[] = []

function ageBand(ageUs: number): number {
  let band = 0
  while (band < AGES_US.length && ageUs >= AGES_US[band]!) band += 1
  return band
}

/** Where the servers stand: below them there is the service clock, where there is room for it. */
function slotArea({ line }: FlowLayout, { works, detail }: Box): Rect {
  const clock = detail === 'full' ? line + 4 : 0
  return { x: works.x + 2, y: works.y + 2, width: works.width - 4, height: works.height - 4 - clock }
}

interface SlotGrid {
  readonly x: number
  readonly y: number
  readonly columns: number
  readonly side: number
  readonly pitch: number
}

/** Squares as large as so many servers allow, in the middle of the area. */
function slotGrid(area: Rect, servers: number): SlotGrid {
  let columns = 1
  let pitch = 0
  for (let tried = 1; tried <= Math.max(1, servers); tried += 1) {
    const fits = Math.min(area.width / tried, area.height / Math.ceil(Math.max(1, servers) / tried))
    if (fits <= pitch) continue
    pitch = fits
    columns = tried
  }
  pitch = Math.min(pitch, SLOT_MAX)
  const rows = Math.ceil(Math.max(1, servers) / columns)
  return {
    x: area.x + (area.width - columns * pitch) / 2,
    y: area.y + (area.height - rows * pitch) / 2,
    columns,
    side: Math.max(2, pitch - 2),
    pitch,
  }
}

function createHatch(color: string, pixelRatio: number): CanvasPattern | string {
  const tile = document.createElement('canvas')
  const side = 6 * pixelRatio
  tile.width = tile.height = side
  const on = tile.getContext('2d')
  if (on === null) return color
  on.strokeStyle = color
  on.lineWidth = 1.6 * pixelRatio
  on.beginPath()
  for (const from of [-side, 0, side]) {
    on.moveTo(from, side)
    on.lineTo(from + side, 0)
  }
  on.stroke()
  const pattern = on.createPattern(tile, 'repeat')
  pattern?.setTransform(new DOMMatrix().scale(1 / pixelRatio))
  return pattern ?? color
}
