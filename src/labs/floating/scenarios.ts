import { flow } from '../../base/flow.ts'
import type { Scenario } from '../../engine/lab.ts'

/** Experiments that come with the lab. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'semi-in-a-storm',
    title: 'A semi-submersible in a storm',
    blurb: flow(`
      VolturnUS-S with 15 MW while the sea rises from 2 m to 10 m. The heave grows faster than the waves:
      their period moves towards its own. When the turbine is parked it stands upright again, and heaves as
      before.
    `),
    text: `# A semi-submersible in a storm
lab floating
seed 3
at 0s sea hs 2m tp 9s
at 0s wind 10m/s
at 60s sea hs 6m tp 12s
at 120s sea hs 10m tp 14s
at 180s status parked
until 240s
`,
  },
  {
    id: 'spar-in-a-storm',
    title: 'The same storm, on a spar',
    blurb: flow(`
      OC3-Hywind in the same rising sea. Thin at the waterline and 120 m deep, it heaves a quarter of what the
      semi-submersible does; it surges as much, for waves push it like any other body of water.
    `),
    text: `# The same storm, on a spar
lab floating
seed 3
set design oc3
at 0s sea hs 2m tp 9s
at 0s wind 10m/s
at 60s sea hs 6m tp 12s
at 120s sea hs 10m tp 14s
at 180s status parked
until 240s
`,
  },
  {
    id: 'heave-plates',
    title: 'What heave plates are for',
    blurb: flow(`
      OC4-DeepCwind in a swell at its own heave period. Without the drag of its wide feet it heaves more than
      twice as much. Without their added mass its period is 12 s: out of this swell, and into ordinary seas.
    `),
    text: `# What heave plates are for
lab floating
seed 4
set design oc4
at 0s sea hs 4m tp 17s
at 40s set column.cd-end 0
at 80s set column.cd-end 0.6
at 120s set column.ca-end 0
at 160s sea hs 4m tp 12s
until 200s
`,
  },
  {
    id: 'white-sea',
    title: 'Every frequency at once',
    blurb: flow(`
      A sea with the same energy at every frequency, as no ocean has it: whatever stands out in the spectra of
      the response is the platform, not the sea. Heave answers at 16.5 s. Then a wind sea that hardly touches
      it.
    `),
    text: `# Every frequency at once
lab floating
seed 5
at 0s sea white
at 60s sea hs 2m tp 7s
until 120s
`,
  },
  {
    id: 'crossing-seas',
    title: 'Two seas that cross',
    blurb: flow(`
      A wind sea from ahead, and from 40 s on an old swell across it. The wind sea alone never rolled the
      platform; the swell rolls and sways it, and heaves it more than the higher waves do.
    `),
    text: `# Two seas that cross
lab floating
seed 6
at 0s sea hs 3m tp 9s
at 40s sea add hs 2m tp 16s heading 90deg
until 100s
`,
  },
  {
    id: 'flooding',
    title: 'Flooded tank by tank',
    blurb: flow(`
      Water comes into one column of OC4, a quarter of the tank every 20 s: it lists, 7 degrees for each
      quarter. Then the second column fills, and the third: it sinks. From 15 degrees on the linear angles are
      no more than a sign.
    `),
    text: `# Flooded tank by tank
lab floating
seed 7
set design oc4
at 0s sea hs 1m tp 8s
at 20s flood tank 3 25%
at 40s flood tank 3 50%
at 60s flood tank 3 75%
at 80s flood tank 3 100%
at 100s flood tank 5 100%
at 120s flood tank 7 100%
until 140s
`,
  },
  {
    id: 'line-cut-in-a-storm',
    title: 'A line breaks in a storm',
    blurb: flow(`
      The windward line of VolturnUS-S breaks while the turbine runs. The mean pose moves 784 m at once: this
      model has no drifting, only where it ends. The two other lines then carry half as much again as before.
      60 s later it is mended.
    `),
    text: `# A line breaks in a storm
lab floating
seed 8
at 0s sea hs 6m tp 12s
at 0s wind 10m/s
at 30s cut line 1
at 90s mend line 1
until 120s
`,
  },
  {
    id: 'rated-wind',
    title: 'From a breeze to a gale',
    blurb: flow(`
      The wind rises from 6 to 24 m/s. The platform leans most just above the rated wind of the turbine, at 11
      m/s; beyond it the blades turn out of the wind, and the lean shrinks to less than half.
    `),
    text: `# From a breeze to a gale
lab floating
seed 9
at 0s sea hs 2m tp 8s
at 0s wind 6m/s
at 20s wind 8m/s
at 40s wind 11m/s
at 60s wind 14m/s
at 80s wind 18m/s
at 100s wind 24m/s
until 120s
`,
  },
  {
    id: 'gusts',
    title: 'Gusts, and who answers them',
    blurb: flow(`
      Wind of 16 m/s with 16 % turbulence moves the platform by metres, slowly: at its surge period. With the
      controller at work it surges less than half as much. RAFT computes no motion from gusts at all: the last
      act shows it.
    `),
    text: `# Gusts, and who answers them
lab floating
seed 10
at 0s sea still
at 0s wind 16m/s
at 20s wind 16m/s turbulence 16%
at 80s control on
at 140s model as-raft turbulence
until 160s
`,
  },
  {
    id: 'crooked-nacelle',
    title: 'A nacelle out of the wind',
    blurb: flow(`
      The nacelle turns 20, then 40 degrees out of a wind of 11 m/s. The thrust falls, and part of it now
      pushes sideways: the platform moves across the wind. RAFT takes the misalignment for nothing: the last
      act.
    `),
    text: `# A nacelle out of the wind
lab floating
seed 11
at 0s sea hs 2m tp 8s
at 0s wind 11m/s
at 30s wind 11m/s misalign 20deg
at 60s wind 11m/s misalign 40deg
at 90s model as-raft yaw-misalignment
until 110s
`,
  },
  {
    id: 'parked-in-the-extreme',
    title: 'Parked in an extreme sea',
    blurb: flow(`
      50 m/s of wind, waves of 12 m every 15 s, the turbine parked. The wind leans it by half a degree; the
      waves heave it by 2 m and move it by 2 m (standard deviations). A parked rotor is no sail: RAFT gives it
      no drag whatever.
    `),
    text: `# Parked in an extreme sea
lab floating
seed 12
at 0s status parked
at 0s wind 50m/s
at 0s sea hs 12m tp 15s
at 60s model as-raft parked-rotor
until 90s
`,
  },
  {
    id: 'current',
    title: 'A current against a spar',
    blurb: flow(`
      A current of 0.5, 1, then 2 m/s. Drag grows with the square: twice the speed, four times the force, and
      at first four times the distance. From 1 to 2 m/s it is only three times: the lines stiffen as they
      leave the bed.
    `),
    text: `# A current against a spar
lab floating
seed 13
set design oc3
at 0s sea hs 2m tp 8s
at 0s current 0.5m/s
at 30s current 1m/s
at 60s current 2m/s
until 90s
`,
  },
  {
    id: 'brace-at-the-waterline',
    title: 'A brace through the waterline',
    blurb: flow(`
      A leaning brace cuts the water in an ellipse. RAFT takes its stiffness with the wrong sign and loses a
      factor: here the metacentric height of a frame changes by 0.2 m, and its pitch period with it. First as
      RAFT, then right.
    `),
    text: `# A brace through the waterline
lab floating
seed 14
set design frame
at 0s sea hs 2m tp 9s
at 0s model as-raft inclined-waterline
at 40s model corrected
until 80s
`,
  },
  {
    id: 'step-counted-twice',
    title: 'A step that is counted twice',
    blurb: flow(`
      Where the columns of OC4 step from 24 m to 12 m, RAFT adds the inertia of the part below once more:
      roll, pitch and yaw come out too slow, pitch by 0.2 s and yaw by 1.1 s. Corrected after 40 s.
    `),
    text: `# A step that is counted twice
lab floating
seed 15
set design oc4
at 0s sea hs 4m tp 12s
at 0s model as-raft step-inertia
at 40s model corrected
until 80s
`,
  },
  {
    id: 'yaw-spring',
    title: 'The yaw spring that was forgotten',
    blurb: flow(`
      OC3-Hywind has an extra stiffness in yaw for its crowfoot lines. RAFT uses it for the natural period,
      and forgets it in the dynamics: the rotor’s gyroscopic moment turns the spar by 9 degrees. With the
      spring it is 2.
    `),
    text: `# The yaw spring that was forgotten
lab floating
seed 16
set design oc3
at 0s wind 10m/s
at 0s sea hs 6m tp 12s
at 0s model as-raft yaw-stiffness
at 40s model corrected
until 80s
`,
  },
  {
    id: 'shallower-water',
    title: 'Into shallower water',
    blurb: flow(`
      The same platform and lines where the water is 200 m, 100 m and 50 m deep. The bed flattens the orbits
      of the swell, and it heaves more; the chains lie on the bed and hold it far more softly.
    `),
    text: `# Into shallower water
lab floating
seed 17
at 0s sea hs 4m tp 12s
at 40s set site.depth 100m
at 80s set site.depth 50m
until 120s
`,
  },
]
