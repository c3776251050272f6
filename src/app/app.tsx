import { lazy, Suspense, useEffect, useState } from 'react'
import { labs } from '../labs/registry.ts'
import { ButtonLink } from '../ui/button.tsx'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { whenNoticed } from '../ui/notify.ts'
import { DropTarget } from './drop-target.tsx'
import { Home } from './home/home.tsx'
import { useRoute } from './navigation.ts'
import type { Route } from './routes.ts'

const LabPage = lazy(() => import('./lab/lab-page.tsx').then((module) => ({ default: module.LabPage })))
const EmbedPage = lazy(() => import('./lab/embed-page.tsx').then((module) => ({ default: module.EmbedPage })))
const Toasts = lazy(() => import('../ui/toast.tsx').then((module) => ({ default: module.Toasts })))

/** The whole site: one page per route, and what lies above all of them. */
export function App() {
  const route = useRoute()
  return (
    <ErrorBoundary name="This page">
      <Suspense fallback={<div className="page-opening" aria-busy="true" />}>
        <Page route={route} />
      </Suspense>
      <DropTarget />
      <Notices />
    </ErrorBoundary>
  )
}

function Page({ route }: { readonly route: Route }) {
  if (route.kind === 'home') return <Home />
  if (route.kind === 'unknown') return <Nowhere path={route.path} />
  const manifest = labs.find((lab) => lab.id === route.lab)
  if (manifest === undefined) return <Nowhere path={`/${route.lab}`} />
  if (route.kind === 'embed') return <EmbedPage manifest={manifest} route={route} />
  return <LabPage key={manifest.id} manifest={manifest} route={route} />
}

function Nowhere({ path }: { readonly path: string }) {
  useEffect(() => {
    document.title = 'Not found · Ballast'
  }, [])
  return (
    <main className="nowhere">
      <h1>There is nothing here</h1>
      <p>
        The address <code>#{path}</code> names no lab, lesson or scenario of this version. It may be cut off: links of
        Ballast are long.
      </p>
      <p>
        <ButtonLink look="accent" href="#/">
          Home
        </ButtonLink>{' '}
        {labs.map((lab) => (
          <ButtonLink key={lab.id} href={`#/${lab.id}`}>
            {lab.title}
          </ButtonLink>
        ))}
      </p>
    </main>
  )
}

/** The corner for notices is loaded with the first one. */
function Notices() {
  const [needed, setNeeded] = useState(false)
  useEffect(() => whenNoticed(() => setNeeded(true)), [])
  return needed ? (
    <Suspense fallback={null}>
      <Toasts />
    </Suspense>
  ) : null
}
