import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { onPalette, palette } from '../../viz/palette.ts'
import { onFrame } from '../../viz/scheduler.ts'
import { type Completed, completeLine, emptyLine, type Key, type Line, press, readKeys } from './line.ts'
import { cells, type Output, type Span, span, toAnsi } from './output.ts'

/** What a terminal needs from its owner. */
export interface ScreenHost {
  /** What stands before the line now. */
  prompt(): readonly Span[]
  readonly output: Output
  readonly screenReader: boolean
  history(): readonly string[]
  keepHistory(history: readonly string[]): void
  /** Resolves when the line is done: the next one of a paste waits for it. */
  submit(line: string): Promise<void>
  complete(text: string, cursor: number): Promise<Completed>
}

export interface Screen {
  focus(): void
  /** Puts a text into the line, for the person to go on with. */
  fill(text: string): void
  setScreenReader(on: boolean): void
  dispose(): void
}

const HINT_GAP_MS = 60

/** Makes `element` a terminal. Loads xterm: import this file lazily. */
export function mountScreen(element: HTMLElement, host: ScreenHost): Screen {
  const terminal = new Terminal({ ...look(), screenReaderMode: host.screenReader, ...FIXED })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  terminal.open(element)

  let line: Line = emptyLine(host.history())
  let hint = ''
  let leaving = false
  let printed = -1
  /** Rows of the line above the cursor's row. */
  let rowsAbove = 0
  let queue: Promise<void> = Promise.resolve()
  const hints = hintSource(host, (text) => {
    hint = text
    showLine()
  })

  /** Takes the line off the screen; the cursor stands where it began. */
  const eraseLine = () => `${rowsAbove > 0 ? `\x1b[${rowsAbove}A` : ''}\r\x1b[J`

  /** The line with the cursor in its place. The ghost is cut off before it would wrap. */
  const lineText = () => {
    const width = Math.max(1, terminal.cols)
    const prompt = host.prompt()
    const promptCells = cells(prompt.map(({ text }) => text).join(''))
    const total = promptCells + cells(line.text)
    const room = width - (total % width) - 2
    const ghost = line.cursor === line.text.length && hint !== '' && room > 3 ? ` ${hint}`.slice(0, room) : ''
    const cursorCell = promptCells + cells(line.text.slice(0, line.cursor))
    const lastRow = Math.floor((total + ghost.length) / width)
    rowsAbove = Math.floor(cursorCell / width)
    const up = lastRow - rowsAbove
    const column = cursorCell % width
    // When the text fills its last row, the terminal has not wrapped yet: a blank makes it.
    const wrap = total + ghost.length > 0 && (total + ghost.length) % width === 0 ? ' \b' : ''
    const back = `${up > 0 ? `\x1b[${up}A` : ''}\r${column > 0 ? `\x1b[${column}C` : ''}`
    return toAnsi(prompt) + toAnsi([span('plain', line.text), span('faint', ghost)]) + wrap + back
  }

  const showLine = () => terminal.write(eraseLine() + lineText())

  const showOutput = () => {
    const lines = host.output.lines()
    const fresh = lines.filter(({ id }) => id > printed)
    if (lines.length === 0 && printed >= 0) {
      terminal.write('\x1b[2J\x1b[3J\x1b[H')
      rowsAbove = 0
    }
    printed = lines.at(-1)?.id ?? printed
    terminal.write(eraseLine() + fresh.map(({ spans }) => `${toAnsi(spans)}\r\n`).join('') + lineText())
  }

  const complete = async () => {
    const asked = line
    const reply = await host.complete(asked.text, asked.cursor).catch(() => null)
    if (reply === null || line !== asked) return
    const done = completeLine(line, reply)
    if (done === null) return
    if (done.list) host.output.write(...candidateLines(reply))
    line = done.line
    changed()
  }

  const changed = () => {
    if (line.text === '') hint = ''
    hints.want(line)
    showLine()
  }

  const obey = (key: Key) => {
    const typed = line
    const pressed = press(line, key)
    line = pressed.line
    switch (pressed.effect?.kind) {
      case 'submit': {
        const { line: text } = pressed.effect
        hint = ''
        host.keepHistory(line.history)
        if (text.trim() !== '') queue = queue.then(() => host.submit(text))
        break
      }
      case 'interrupt':
        if (typed.text !== '') host.output.write([...host.prompt(), span('faint', `${typed.text}^C`)])
        break
      case 'clear':
        host.output.clear()
        break
      case 'complete':
        void complete()
        return
      default:
        break
    }
    changed()
  }

  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true
    if (event.key === 'Escape') {
      leaving = true
      return false
    }
    // Tab moves on when there is nothing to complete, and always after Escape: the terminal is no trap.
    if (event.key === 'Tab' && (leaving || line.text === '' || event.shiftKey)) return false
    if (event.key !== 'Tab') leaving = false
    // What belongs to the browser and the page stays theirs: copy with a selection, the palette, reload.
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && terminal.hasSelection()) return false
    return !((event.ctrlKey || event.metaKey) && /^[krtv]$/i.test(event.key) && (event.metaKey || event.key !== 'k'))
  })
  const typing = terminal.onData((data) => {
    for (const key of readKeys(data)) obey(key)
  })

  const resize = new ResizeObserver(() => {
    if (element.clientWidth === 0 || element.clientHeight === 0) return
    terminal.write(eraseLine(), () => {
      fit.fit()
      showLine()
    })
  })
  resize.observe(element)
  const stopHints = onFrame('pull', hints.step)
  const stopOutput = host.output.subscribe(showOutput)
  const stopTheme = onPalette(() => {
    Object.assign(terminal.options, look())
    fit.fit()
  })
  fit.fit()
  showOutput()
  return {
    focus: () => terminal.focus(),
    fill(text) {
      line = { ...line, text, cursor: text.length, browsing: null }
      changed()
      terminal.focus()
    },
    setScreenReader(on) {
      terminal.options.screenReaderMode = on
    },
    dispose() {
      stopHints()
      stopOutput()
      stopTheme()
      resize.disconnect()
      typing.dispose()
      terminal.dispose()
    },
  }
}

const FIXED = {
  cursorBlink: false,
  cursorStyle: 'block',
  convertEol: false,
  scrollback: 2_000,
  minimumContrastRatio: 4.5,
  allowTransparency: false,
  macOptionIsMeta: true,
} as const

/** The tokens of the theme, in the terminal's words. */
function look() {
  const { color, fontMono, textScale, surface0, ink } = palette()
  return {
    fontFamily: fontMono,
    fontSize: Math.round(13 * textScale),
    lineHeight: 1.35,
    theme: {
      background: surface0,
      foreground: ink,
      cursor: ink,
      cursorAccent: surface0,
      selectionBackground: color('--accent'),
      selectionForeground: color('--accent-ink'),
      red: color('--bad'),
      green: color('--good'),
      yellow: color('--warn'),
      blue: color('--accent'),
      brightBlack: color('--ink-3'),
    },
  }
}

/** The candidates with their help, aligned. */
function candidateLines({ candidates }: Completed): readonly (readonly Span[])[] {
  const shown = candidates.slice(0, CANDIDATES_MAX)
  const width = Math.max(...shown.map(({ text }) => text.length))
  const lines = shown.map(({ text, help }) => [span('verb', `  ${text.padEnd(width)}`), span('faint', `  ${help}`)])
  const more = candidates.length - shown.length
  return more > 0 ? [...lines, [span('faint', `  … and ${more} more`)]] : lines
}

const CANDIDATES_MAX = 24

/** Asks for the ghost text: one question under way, the latest line wins. */
function hintSource(host: ScreenHost, show: (hint: string) => void) {
  let latest: Line | null = null
  let wanted: Line | null = null
  let underway = false
  let askedAtMs = Number.NEGATIVE_INFINITY
  const ask = async (line: Line) => {
    underway = true
    const reply = await host.complete(line.text, line.cursor).catch(() => null)
    underway = false
    // Meanwhile the line may have been sent off, or gone on.
    if (latest === line && reply !== null) show(reply.hint)
  }
  return {
    want(line: Line) {
      latest = line
      wanted = line.text === '' ? null : line
    },
    step(nowMs: number) {
      if (wanted === null || underway || nowMs - askedAtMs < HINT_GAP_MS) return
      askedAtMs = nowMs
      const line = wanted
      wanted = null
      void ask(line)
    },
  }
}
