import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './ui/fonts.css'
import './ui/tokens.css'
import './ui/base.css'
import './app/app.css'
import { App } from './app/app.tsx'
import { goOffline } from './app/offline.ts'
import { enact, followOtherTabs } from './app/preferences.ts'
import { listenForHotkeys } from './ui/hotkeys.ts'

enact()
followOtherTabs()
listenForHotkeys(window)
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
if (import.meta.env.PROD) void goOffline()
