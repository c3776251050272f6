import { useEffect, useRef } from 'react'
import { type ChartData, describeChart, drawChart, sampleAt, sampleUs, shortNumber } from '../../viz/chart.ts'
import { onFrame } from '../../viz/scheduler.ts'
import { instantText } from '../../viz/time-axis.ts'
import { fitCanvas, paint } from './paint.ts'

/** A streaming chart on a canvas; the pointer (or the arrow keys) reads single samples. */
export function Chart({ title, data }: { readonly title: string; readonly data: ChartData }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const readout = useRef<HTMLDivElement>(null)
  const latest = useRef(data)
  latest.current = data
  useEffect(() => {
    if (canvas.current === null || readout.current === null) return
    return mountChart(canvas.current, readout.current, () => latest.current)
  }, [])
  return (
    <div className="i-chart">
      <canvas
        ref={canvas}
        className="i-chart-canvas"
        role="img"
        // The arrow keys read the samples.
        tabIndex={0}
        aria-label={`${title}: ${describeChart(data)}`}
      />
      <div ref={readout} className="i-chart-readout b-num" aria-live="off" />
    </div>
  )
}

function mountChart(canvas: HTMLCanvasElement, readout: HTMLElement, read: () => ChartData): () => void {
  let hover = -1
  let drawn: unknown[] = []
  const off = new AbortController()
  const on = { signal: off.signal }
  const size = () => ({ width: canvas.clientWidth, height: canvas.clientHeight })
  canvas.addEventListener(
    'pointermove',
    ({ offsetX }) => (hover = sampleAt(read(), size(), paint().textScale, offsetX)),
    on,
  )
  canvas.addEventListener('pointerleave', () => (hover = -1), on)
  canvas.addEventListener('blur', () => (hover = -1), on)
  canvas.addEventListener(
    'keydown',
    (event) => {
      const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
      if (step === 0) return
      event.preventDefault()
      const last = read().series.length - 1
      hover = Math.min(last, Math.max(0, (hover < 0 ? last : hover) + step))
    },
    on,
  )
  let width = 0
  let height = 0
  const observer = new ResizeObserver(() => {
    width = canvas.clientWidth
    height = canvas.clientHeight
  })
  observer.observe(canvas)
  const stop = onFrame('draw', () => {
    const data = read()
    const colors = paint()
    const now = [data, colors, hover, width, height]
    if (now.every((value, index) => value === drawn[index])) return
    const fitted = fitCanvas(canvas, { width, height })
    if (fitted === null) return
    drawn = now
    drawChart(fitted.ctx, data, fitted, colors, hover)
    readout.textContent = readoutText(data, hover)
  })
  return () => {
    stop()
    off.abort()
    observer.disconnect()
  }
}

function readoutText(data: ChartData, hover: number): string {
  if (hover < 0 || hover >= data.series.length) return ''
  const value = data.series[hover] ?? null
  const shown = value === null ? 'no value' : `${shortNumber(value)} ${data.unit}`.trim()
  return `${instantText(sampleUs(data, hover))} · ${shown}`
}
