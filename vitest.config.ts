import { defineConfig } from 'vitest/config'

export default defineConfig({
  cacheDir: '.cache/vite',
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    // Two cores are what a small runner has. Threads start faster than processes, and the core needs nothing else.
    pool: 'threads',
    maxWorkers: 2,
    // Property tests explore: they may take long on a busy machine, and no test asserts a time.
    testTimeout: 60_000,
  },
})
