import type { Opening } from '../content.ts'

/** The experiment of a first visit: a platform in a moderate sea. */
export const first: Opening = {
  text: `# A floating wind turbine in six-metre waves
lab floating
seed 7
at 0s sea hs 6m tp 12s
at 0s wind 10m/s
`,
  fromUs: 5_000_000,
}

/** The sea rises, a line breaks, and is mended. */
export const preview: Opening = {
  text: `lab floating
seed 7
at 0s sea hs 4m tp 11s
at 0s wind 10m/s
at 20s sea hs 7m tp 13s
at 40s cut line 1
at 60s mend line 1
until 75s
`,
  fromUs: 2_000_000,
}
