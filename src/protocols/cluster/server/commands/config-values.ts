import { unreachable } from '../../../../base/assert.ts'
import type { Bytes } from '../../bytes.ts'
import { parseInt64 } from '../../integers.ts'
import type { ConfigOption } from './config-options.ts'

/** A value as CONFIG GET will give it back, or why it was refused (the words of config.c). */
export type Parsed = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string }

const accept = (value: string): Parsed => ({ ok: true, value })
const refuse = (why: string): Parsed => ({ ok: false, why })

const UNSIGNED_MAX = (1n << 64n) - 1n
const UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1024n,
  m: 1_000_000n,
  mb: 1_048_576n,
  g: 1_000_000_000n,
  gb: 1_073_741_824n,
}

/** `100`, `1kb`, `2gb`; too large a number is the largest; null: none. */
function parseMemory(text: Bytes): bigint | null {
  const match = /^([0-9]{0,127})([a-zA-Z]*)$/.exec(text)
  const unit = match === null ? undefined : UNITS[match[2]!.toLowerCase()]
  if (match === null || unit === undefined) return null
  const digits = match[1] === '' ? 0n : BigInt(match[1]!)
  return BigInt.asUintN(64, (digits > UNSIGNED_MAX ? UNSIGNED_MAX : digits) * unit)
}

function between(value: bigint, min: bigint, max: bigint): Parsed {
  return value < min || value > max
    ? refuse(`argument must be between ${min} and ${max} inclusive`)
    : accept(String(value))
}

/** The server takes any frequency, and runs at 1 to 500. */
const clampedHz = (name: string, parsed: Parsed): Parsed =>
  name === 'hz' && parsed.ok ? accept(String(Math.min(500, Math.max(1, Number(parsed.value))))) : parsed

function parsePercent(text: Bytes): Parsed {
  if (/^[0-9]{1,18}%$/.test(text)) {
    const percent = BigInt(text.slice(0, -1))
    return percent > 100n ? refuse('percentage argument must be less or equal to 100') : accept(text)
  }
  const value = parseMemory(text)
  return value === null ? refuse('argument must be a memory or percent value') : accept(String(value))
}

/** Checks a value for an option that has the value `current`, and brings it into the form that CONFIG GET gives. */
export function parseOption(option: ConfigOption, text: Bytes, current: Bytes): Parsed {
  const { kind } = option
  switch (kind.type) {
    case 'immutable':
      return refuse("can't set immutable config")
    case 'protected':
      return refuse("can't set protected config")
    case 'bool': {
      const word = text.toLowerCase()
      return word === 'yes' || word === 'no' ? accept(word) : refuse("argument must be 'yes' or 'no'")
    }
    case 'int': {
      const value = parseInt64(text)
      if (value === null) return refuse("argument couldn't be parsed into an integer")
      return clampedHz(option.name, between(BigInt(value), kind.min, kind.max))
    }
    case 'memory': {
      const value = parseMemory(text)
      return value === null ? refuse('argument must be a memory value') : between(value, kind.min, kind.max)
    }
    case 'percent':
      return parsePercent(text)
    case 'enum': {
      const word = text.toLowerCase()
      return kind.values.includes(word)
        ? accept(word)
        : refuse(`argument(s) must be one of the following: ${kind.values.join(', ')}`)
    }
    case 'string':
      return parseString(option.name, text)
    case 'special':
      return parseSpecial(kind.rule, text, current)
    default:
      return unreachable(kind)
  }
}

function parseString(name: string, text: Bytes): Parsed {
  if (name === 'cluster-announce-hostname') {
    if (text.length >= 256) return refuse('Hostnames must be less than 256 characters')
    if (!/^[a-zA-Z0-9.-]*$/.test(text)) {
      return refuse('Hostnames may only contain alphanumeric characters, hyphens or dots')
    }
  }
  if (
    name === 'proc-title-template' &&
    (text === '' || /\{(?!(title|listen-addr|server-mode|port|tls-port|unixsocket|config-file)\})/.test(text))
  ) {
    return refuse('template format is invalid or contains unknown variables')
  }
  return accept(text)
}

const words = (text: Bytes) => text.split(' ').filter((word) => word !== '')

/** Options whose values have a form of their own. */
function parseSpecial(rule: string, text: Bytes, current: Bytes): Parsed {
  switch (rule) {
    case 'save':
      return parseSave(text)
    case 'bind':
      return text === current ? accept(text) : refuse('Failed to bind to specified addresses.')
    case 'oom-score-adj-values':
      return parseOomScores(text)
    case 'notify-keyspace-events':
      return parseEvents(text)
    case 'latency-tracking-info-percentiles':
      return parsePercentiles(text)
    case 'client-output-buffer-limit':
      return parseBufferLimits(text, current)
    default:
      return accept(text)
  }
}

function parseSave(text: Bytes): Parsed {
  const numbers = words(text)
  const whole = numbers.every((word, at) => /^[0-9]+$/.test(word) && (at % 2 === 1 || Number(word) >= 1))
  return numbers.length % 2 === 0 && whole ? accept(numbers.join(' ')) : refuse('Invalid save parameters')
}

function parseOomScores(text: Bytes): Parsed {
  const scores = words(text)
  if (scores.length !== 3) return refuse('wrong number of arguments')
  const valid = scores.every((score) => /^-?[0-9]{1,4}$/.test(score) && Math.abs(Number(score)) <= 2000)
  return valid
    ? accept(scores.join(' '))
    : refuse('Invalid oom-score-adj-values, elements must be between -2000 and 2000.')
}

const EVENT_CLASSES = 'Ag$lshzxeKEtmdn'
/** What `A` stands for. */
const ALL_EVENTS = 'g$lshzxetd'

function parseEvents(text: Bytes): Parsed {
  if ([...text].some((letter) => !EVENT_CLASSES.includes(letter))) {
    return refuse(`Invalid event class character. Use '${EVENT_CLASSES}'.`)
  }
  const all = text.includes('A') || [...ALL_EVENTS].every((letter) => text.includes(letter))
  const classes = all ? 'A' : [...ALL_EVENTS].filter((letter) => text.includes(letter)).join('')
  return accept(classes + [...'KEmn'].filter((letter) => text.includes(letter)).join(''))
}

function parsePercentiles(text: Bytes): Parsed {
  const name = 'latency-tracking-info-percentiles'
  for (const word of words(text)) {
    if (!/^-?[0-9]+(\.[0-9]+)?$/.test(word)) return refuse(`Invalid ${name} parameters`)
    if (Number(word) < 0 || Number(word) > 100) return refuse(`${name} parameters should sit between [0.0,100.0]`)
  }
  return accept(words(text).join(' '))
}

const BUFFER_CLASSES = ['normal', 'slave', 'pubsub']

/** Limits of the classes that are named; the others keep theirs. */
function parseBufferLimits(text: Bytes, current: Bytes): Parsed {
  const parts = words(text)
  if (parts.length % 4 !== 0) return refuse('Wrong number of arguments in buffer limit configuration.')
  const before = words(current)
  const limits = BUFFER_CLASSES.map((_, at) => before.slice(4 * at + 1, 4 * at + 4).join(' '))
  for (let at = 0; at < parts.length; at += 4) {
    const name = parts[at]!.toLowerCase() === 'replica' ? 'slave' : parts[at]!.toLowerCase()
    const index = BUFFER_CLASSES.indexOf(name)
    if (index < 0) return refuse('Invalid client class specified in buffer limit configuration.')
    const hard = parseMemory(parts[at + 1]!)
    const soft = parseMemory(parts[at + 2]!)
    if (hard === null || soft === null || !/^[0-9]{1,9}$/.test(parts[at + 3]!)) {
      return refuse('Error in hard, soft or soft_seconds setting in buffer limit configuration.')
    }
    limits[index] = `${hard} ${soft} ${Number(parts[at + 3])}`
  }
  return accept(BUFFER_CLASSES.map((name, at) => `${name} ${limits[at]}`).join(' '))
}
