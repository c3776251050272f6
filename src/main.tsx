import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './ui/fonts.css'
import './ui/tokens.css'
import './ui/base.css'
import './app/app.css'
import { App } from './app/app.tsx'
import { goOffline } from './app/offline.ts'
import { enact, followOtherTabs } from './app/preferences.ts'
import { present } from './base/assert.ts'
import { listenForHotkeys } from './ui/hotkeys.ts'

enact()
followOtherTabs()
listenForHotkeys(window)
createRoot(present(document.getElementById('root'), '#root in index.html')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
if (import.meta.env.PROD) void goOffline()
