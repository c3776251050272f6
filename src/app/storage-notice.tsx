import { useSyncExternalStore } from 'react'
import { storage } from './storage.ts'

/** A quiet line where nothing can be kept; nothing at all where it can. */
export function StorageNotice() {
  const keeps = useSyncExternalStore(storage.subscribe, storage.keeps)
  if (keeps) return null
  return (
    <p className="quiet-notice" role="note">
      This browser keeps nothing for this page (private window, or its storage is full). Everything works; save what you
      want to keep as a link or a file.
    </p>
  )
}
