import { useMemo } from 'react'

/** Lengths that a scale bar may have. */
export const SCALE_LENGTHS_M = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
const BAR_PX = 110

/** How long a metre is here. */
export function ScaleBar({ scale }: { readonly scale: number }) {
  const length = useMemo(() => SCALE_LENGTHS_M.findLast((metres) => metres * scale <= BAR_PX) ?? 1, [scale])
  return (
    <p className="fs-scale" aria-hidden="true">
      <span style={{ width: `${length * scale}px` }} />
      <span>{length} m</span>
    </p>
  )
}
