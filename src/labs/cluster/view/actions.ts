import { nodeId } from '../../../base/brand.ts'
import type { Act } from '../../../experiment/types.ts'
import { type Action, type ActionGroup, action, isolate } from '../../../stage/actions.ts'
import type { NodeFacts } from '../../../stage/kit.ts'

/** What can be done in this lab beside the acts that all labs share. */

/** A replica may be told to take over. */
export function failoverActions({ name, status, role }: NodeFacts): readonly ActionGroup[] {
  const refused = status !== 'up' ? `${name} is ${status}` : role === 'replica' ? null : `${name} is no replica`
  const failover = (how: 'force' | 'takeover' | null): Act => ({
    id: 'failover',
    args: { node: nodeId(name), ...(how === null ? {} : { how }) },
  })
  return [
    { title: '', actions: [action('Failover', `failover ${name}`, failover(null), { key: 'f', refused })] },
    {
      title: 'Failover without…',
      actions: [
        action('its master (FORCE)', `failover ${name} force`, failover('force'), { refused }),
        action('votes (TAKEOVER)', `failover ${name} takeover`, failover('takeover'), { refused }),
      ],
    },
  ]
}

/** A command at a node's prompt, as the terminal has it; `follow` follows redirections. */
export function typedAction(node: string, command: string, follow: boolean): Action {
  const args = { node: nodeId(node), command, ...(follow ? { '-c': true } : {}) }
  const refused = command.trim() === '' ? 'the command is missing' : null
  return action('Send', `${node}> ${follow ? '-c ' : ''}${command}`, { id: 'cli', args }, { refused })
}

const LOADS = [0, 1, 10, 100] as const

/** What a client can do besides single commands; the prompt and the administrator send only what is typed. */
export function clientActions(client: string): readonly Action[] {
  const loads = /^c\d+$/.test(client)
    ? LOADS.map((rate) =>
        action(rate === 0 ? 'Stop the load' : `Load ${rate}/s`, `load ${client} ${rate}/s`, {
          id: 'load',
          args: { client: nodeId(client), rate },
        }),
      )
    : []
  return [...loads, isolate(client)]
}
