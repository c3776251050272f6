import type { StageKit } from '../../../stage/kit.ts'
import { ACTOR } from '../frame.ts'
import { ClientLine, ClientMark } from './clients.tsx'
import { Defs } from './defs.tsx'
import { GLYPHS, titleOf } from './glyphs.ts'
import { createNodeCanvas } from './node-canvas.ts'
import { createNodePainter } from './node-paint.ts'
import { NodeShape } from './node-shape.tsx'
import './cluster.css'

/** How a cluster looks. */
export const pictureKit: StageKit = {
  label: 'Redis cluster: nodes and clients',
  looks: GLYPHS,
  titleOf,
  record: ACTOR,
  captionsOnly: true,
  paintShapes: createNodePainter,
  paintCanvas: createNodeCanvas,
  Defs,
  NodeShape,
  ClientLine,
  ClientMark,
}
