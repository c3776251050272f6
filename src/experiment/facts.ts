import { assert } from '../base/assert.ts'
import { printValue } from './grammar.ts'
import type { Act, ActSpec, Facts, Language, SettingSpec, Settings } from './types.ts'

/** The settings with the defaults of those that are not named. Families (`log.*`) have no member by default. */
export function withDefaults(language: Language, settings: Settings): Settings {
  const single = language.settings.filter((setting) => !isFamily(setting))
  return { ...Object.fromEntries(single.map((setting) => [setting.name, setting.default])), ...settings }
}

/** What is known before the first act, with the settings in it, so that acts that change a setting can be judged. */
export function startFacts(language: Language, settings: Settings): Facts {
  const full = withDefaults(language, settings)
  return { ...language.facts(full), settings: full }
}

/** The registration of an act by its id. */
export function specOf(language: Language, id: string): ActSpec | undefined {
  return language.acts.find((spec) => spec.id === id)
}

/** Why a well-formed act is impossible under `facts`, or null. Includes conflicts that a changed setting brings about. */
export function refusal(act: Act, language: Language, facts: Facts): string | null {
  const spec = knownSpec(language, act)
  const reason = spec.refuse(facts, act.args)
  if (reason !== null) return reason
  const { settings } = spec.next(facts, act.args)
  return settings === undefined || settings === facts.settings ? null : (language.conflict(settings)?.reason ?? null)
}

/** The facts after a possible act. */
export function nextFacts(act: Act, language: Language, facts: Facts): Facts {
  return knownSpec(language, act).next(facts, act.args)
}

function knownSpec(language: Language, act: Act): ActSpec {
  const spec = specOf(language, act.id)
  assert(spec !== undefined, `no act of this id in the language: ${act.id}`)
  return spec
}

/** Whether a setting is a family with one value per actor (`log.*`). */
export const isFamily = (setting: SettingSpec): boolean => setting.name.endsWith('.*')

/** The registration of a setting by its full name: `nodes`, or `log.n1` of the family `log.*`. */
export function settingOf(language: Language, name: string): SettingSpec | undefined {
  const family = `${name.slice(0, name.indexOf('.'))}.*`
  return language.settings.find((setting) => setting.name === name || (name.includes('.') && setting.name === family))
}

/** Settings that differ from their default, in the order of registration, members of a family in the order of actors. */
export function canonicalSettings(language: Language, settings: Settings, facts: Facts): Settings {
  const names = language.settings.flatMap((setting) =>
    isFamily(setting) ? facts.actors.map((actor) => setting.name.slice(0, -1) + actor.name) : [setting.name],
  )
  const entries = names.flatMap((name) => {
    const value = settings[name]
    const spec = settingOf(language, name)
    if (value === undefined || spec === undefined) return []
    return printValue(spec.type, value) === printValue(spec.type, spec.default) ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}
