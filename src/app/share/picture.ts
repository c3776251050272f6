/** The stage as a picture: its canvases and SVG, one upon the other as on the screen, in one SVG that needs nothing else. */

const SVG = 'http://www.w3.org/2000/svg'

/** Properties that give an SVG element its look; computed values are written onto the copy. */
const LOOK = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-dashoffset',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'visibility',
  'display',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant-numeric',
  'text-anchor',
  'dominant-baseline',
  'letter-spacing',
  'paint-order',
  'transform',
  'transform-origin',
  'transform-box',
] as const

/** The picture as the text of an SVG file, with its fonts. `title` becomes its accessible name. */
export async function stageSvg(stage: Element, title: string): Promise<string> {
  const fonts = await fontFaces()

  const bounds = stage.getBoundingClientRect()
  const root = document.createElementNS(SVG, 'svg')
  root.setAttribute('xmlns', SVG)
  root.setAttribute('viewBox', `0 0 ${round(bounds.width)} ${round(bounds.height)}`)
  root.setAttribute('width', String(round(bounds.width)))
  root.setAttribute('height', String(round(bounds.height)))
  root.append(textElement('title', title), textElement('style', fonts), ground(bounds, stage))
  for (const layer of layersOf(stage)) {
    const box = layer.getBoundingClientRect()
    const place = {
      x: round(box.left - bounds.left),
      y: round(box.top - bounds.top),
      width: round(box.width),
      height: round(box.height),
    }
    root.append(layer instanceof HTMLCanvasElement ? canvasImage(layer, place) : svgCopy(layer, place))
  }
  return new XMLSerializer().serializeToString(root)
}

/** The same as PNG, `scale` device pixels to one of the page. */
export async function stagePng(stage: Element, title: string, scale = 2): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([await stageSvg(stage, title)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(image.naturalWidth * scale)
    canvas.height = Math.round(image.naturalHeight * scale)
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob === null ? reject(new Error('the browser made no PNG')) : resolve(blob)),
        'image/png',
      )
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** Layers smaller than this are icons of buttons and legends: no part of the picture. */
const LAYER_MIN_PX = 100

/** Canvases and outermost SVGs in the order in which they are painted. */
function layersOf(stage: Element): readonly (HTMLCanvasElement | SVGSVGElement)[] {
  return [...stage.querySelectorAll<HTMLCanvasElement | SVGSVGElement>('canvas, svg')].filter((layer) => {
    const { width, height } = layer.getBoundingClientRect()
    return width >= LAYER_MIN_PX && height >= LAYER_MIN_PX && layer.parentElement?.closest('svg') === null
  })
}

/** The page's own fonts as a style sheet that carries them; without them (they failed to load) text still shows. */
async function fontFaces(): Promise<string> {
  const rules = [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules]
      .filter((rule) => rule instanceof CSSFontFaceRule)
      .map((rule) => ({ rule, base: sheet.href ?? document.baseURI })),
  )
  const faces = await Promise.all(
    rules.map(async ({ rule, base }) => {
      const url = /url\(["']?([^"')]+)["']?\)/.exec(rule.cssText)?.[1]
      if (url === undefined) return ''
      try {
        const font = await (await fetch(new URL(url, base))).blob()
        return rule.cssText.replace(url, await dataUrl(font))
      } catch {
        return ''
      }
    }),
  )
  return faces.join('\n')
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function canvasImage(canvas: HTMLCanvasElement, place: Place): Element {
  const image = document.createElementNS(SVG, 'image')
  setPlace(image, place)
  image.setAttribute('href', canvas.toDataURL('image/png'))
  return image
}

function svgCopy(svg: SVGSVGElement, place: Place): Element {
  const copy = svg.cloneNode(true) as SVGSVGElement
  inlineLook(svg, copy)
  setPlace(copy, place)
  return copy
}

/** Writes the computed look of every element of `from` onto the same element of its copy. */
function inlineLook(from: Element, to: Element): void {
  const look = getComputedStyle(from)
  to.removeAttribute('class')
  to.removeAttribute('style')
  for (const property of LOOK) {
    const value = look.getPropertyValue(property)
    // The attribute `transform` is already there, in its own coordinates.
    if (value === '' || (property.startsWith('transform') && (value === 'none' || from.hasAttribute('transform'))))
      continue
    if (to instanceof SVGElement) to.style.setProperty(property, value)
  }
  const copies = [...to.children]
  ;[...from.children].forEach((child, index) => {
    const copy = copies[index]
    if (copy === undefined) return
    if (child.namespaceURI === SVG) inlineLook(child, copy)
    else copy.remove()
  })
}

function ground(bounds: DOMRect, stage: Element): Element {
  const rect = document.createElementNS(SVG, 'rect')
  setPlace(rect, { x: 0, y: 0, width: round(bounds.width), height: round(bounds.height) })
  rect.setAttribute('fill', getComputedStyle(stage).backgroundColor)
  return rect
}

function textElement(name: string, text: string): Element {
  const element = document.createElementNS(SVG, name)
  element.textContent = text
  return element
}

function setPlace(element: Element, place: Place): void {
  for (const [name, value] of Object.entries(place)) element.setAttribute(name, String(value))
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
