import { useEffect, useState } from 'react'
import { openFile, openPasted } from './inbox.ts'

/** The whole window takes a file (or a dragged link); while one hovers, it says so. */
export function DropTarget() {
  const [hovering, setHovering] = useState(false)
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!isForUs(event)) return
      event.preventDefault()
      setHovering(true)
    }
    const onLeave = (event: DragEvent) => {
      // Leaving an element for another one is no leaving of the window.
      if (event.relatedTarget === null) setHovering(false)
    }
    const onDrop = (event: DragEvent) => {
      setHovering(false)
      if (!isForUs(event)) return
      event.preventDefault()
      const file = event.dataTransfer?.files[0]
      if (file !== undefined) void openFile(file)
      else openPasted(event.dataTransfer?.getData('text/plain') ?? '')
    }
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [])
  if (!hovering) return null
  return (
    <div className="drop-target" role="status">
      <p>Let go to open this experiment</p>
    </div>
  )
}

/** Files from outside; text that is dragged into a field stays the field's business. */
function isForUs(event: DragEvent): boolean {
  if (event.target instanceof Element && event.target.closest('input, textarea') !== null) return false
  return (
    event.dataTransfer?.types.includes('Files') === true || event.dataTransfer?.types.includes('text/uri-list') === true
  )
}
