/** Patterns that the picture refers to: the hatching of what is paused or not yet on disk. */
export function Defs() {
  return (
    <defs>
      <pattern id="rs-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line className="rs-hatch-line" y2="5" />
      </pattern>
    </defs>
  )
}
