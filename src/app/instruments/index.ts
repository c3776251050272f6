export { Inspector } from './inspector.tsx'
export { Compare, Faults } from './lazy.tsx'
export { Terminal } from './terminal.tsx'
export { Timeline } from './timeline.tsx'
