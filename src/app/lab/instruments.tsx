import { lazy } from 'react'

/** The instruments come in a chunk of their own: the stage moves before they are there. */
const load = () => import('../instruments/index.ts')

export const Timeline = lazy(() => load().then((module) => ({ default: module.Timeline })))
export const Terminal = lazy(() => load().then((module) => ({ default: module.Terminal })))
export const Inspector = lazy(() => load().then((module) => ({ default: module.Inspector })))
export const Compare = lazy(() => load().then((module) => ({ default: module.Compare })))
