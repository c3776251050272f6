import { expect, test } from 'vitest'
import { withDefaults } from '../../experiment/facts.ts'
import { language } from './acts.ts'
import { NOTE_KINDS } from './machine.ts'
import { floatingLab } from './world.ts'

const plan = floatingLab.plan(withDefaults(language, {}), 7)

test('the world has the one actor that the language speaks of', () => {
  const { actors } = language.facts(withDefaults(language, {}))
  expect(plan.actors.map(({ name, role }) => ({ name, role, status: 'up' }))).toEqual(actors)
  expect(floatingLab.configs(withDefaults(language, { design: 'oc4' }))).toMatchObject([{ design: 'oc4' }])
})

test('kinds of notes, judges and meters have names of their own', () => {
  expect(plan.noteKinds).toEqual(NOTE_KINDS)
  for (const list of [plan.invariants, plan.meters]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
})

test('the lane tells whether it floats', () => {
  expect(plan.phase(undefined as never, 'up' as never)).toBe(0)
})
