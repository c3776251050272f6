import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

/** `labs/raft/view/index.tsx` -> `labs-raft-view`: a chunk says which room it comes from. */
function chunkName(moduleId: string | null | undefined, fallback: string): string {
  const inside = moduleId?.split('?')[0]?.split('/src/')[1]
  if (inside === undefined || moduleId?.includes('node_modules')) return fallback
  return inside
    .replace(/\.\w+$/, '')
    .replace(/\/index$/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
}

const chunkFileNames = (chunk: { name: string; facadeModuleId?: string | null }) =>
  `assets/${chunkName(chunk.facadeModuleId, chunk.name)}-[hash].js`

export default defineConfig({
  root: 'src',
  publicDir: '../public',
  cacheDir: '../.cache/vite',
  // Relative addresses: the site works from any sub-path of any host.
  base: './',
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2023',
    // Every browser that knows ES2023 knows <link rel="modulepreload">.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { chunkFileNames } },
  },
  worker: {
    format: 'es',
    rolldownOptions: { output: { entryFileNames: chunkFileNames, chunkFileNames } },
  },
  server: { port: 4746 },
  plugins: [
    react(),
    VitePWA({
      // A new version waits until the last tab of the old one is closed (or the page offers to reload): a running
      // experiment is never thrown away, and the old version's lazy chunks stay available to it.
      registerType: 'prompt',
      manifest: {
        name: 'Ballast',
        short_name: 'Ballast',
        description: 'A browser laboratory for systems that must stay upright under load',
        id: './',
        start_url: '.',
        scope: '.',
        display: 'standalone',
        background_color: '#0d1117',
        theme_color: '#0d1117',
        icons: [
          { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
          { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      includeManifestIcons: false,
      workbox: {
        // Everything: the site is complete offline after the first visit.
        globPatterns: ['**/*.*'],
        // The plugin adds the manifest itself.
        globIgnores: ['manifest.webmanifest', 'sw.js', 'workbox-*.js'],
        maximumFileSizeToCacheInBytes: 4_000_000,
        // The page of the first visit is served by the worker as soon as it is there.
        clientsClaim: true,
        cleanupOutdatedCaches: true,
      },
    }),
  ],
})
