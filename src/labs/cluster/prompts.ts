import { AppendList } from '../../base/append-list.ts'
import type { Prompts, Said } from '../../engine/lab.ts'
import { type Bytes, textOf } from '../../protocols/cluster/bytes.ts'
import type { Outcome } from '../../protocols/cluster/client/types.ts'
import { printsRaw, rawReply, renderReply } from '../../protocols/cluster/resp.ts'
import type { ClusterProtocol } from '../../protocols/cluster/state.ts'
import type { Meter } from '../../sim/plan.ts'
import { expectsAnswer } from './acts.ts'
import { ADMIN, addressOf, TERMINAL } from './addresses.ts'

/** What the prompts of the nodes say: answers as redis-cli prints them, with the redirections that it followed. */

/** Lines of one answer that are shown. */
const LINES_MAX = 400

/** A command that was typed and is not answered. */
interface Asked {
  readonly request: string
  readonly node: string
  readonly args: readonly Bytes[]
}

interface Memory {
  readonly open: readonly Asked[]
  readonly said: AppendList<Said>
}

/** `MOVED 12182 127.0.0.1:7003` as redis-cli -c tells it. */
function redirectionText(redirection: string): string {
  const [, slot = '?', address = '?'] = redirection.split(' ')
  return `-> Redirected to slot [${slot}] located at ${address}`
}

function answerLines({ reply, redirections }: Outcome, { node, args }: Asked): readonly string[] {
  const followed = redirections.map(redirectionText)
  if (reply === null) {
    const { ip, port } = addressOf(node)
    return [...followed, `Could not connect to Redis at ${ip}:${port}: Connection refused`]
  }
  const lines = textOf(printsRaw(args) ? rawReply(reply) : renderReply(reply)).split(/\r?\n/)
  while (lines.length > 1 && lines.at(-1) === '') lines.pop()
  const omitted = lines.length - LINES_MAX
  return [...followed, ...lines.slice(0, LINES_MAX), ...(omitted > 0 ? [`… ${omitted} more lines`] : [])]
}

/** The last line of a reshard. */
function jobLine(outcome: Outcome | undefined): string {
  const reply = outcome?.reply ?? null
  if (reply === null) return 'reshard: no answer'
  return reply.kind === 'error' ? `reshard stopped: ${textOf(reply.text)}` : `reshard: ${textOf(renderReply(reply))}`
}

const meter: Meter<ClusterProtocol, Memory> = {
  id: 'prompts',
  init: () => ({ open: [], said: AppendList.empty<Said>() }),
  step(memory, _world, { operations }) {
    let heard = memory
    for (const event of operations) {
      if (event.client !== TERMINAL && event.client !== ADMIN) continue
      const { open, said } = heard
      if (event.kind === 'call') {
        const { command, request } = event
        if (command.kind === 'typed')
          heard = { open: [...open, { request, node: command.node, args: command.args }], said }
        continue
      }
      const outcome = event.result?.outcomes[0]
      const asked = open.find(({ request }) => request === event.request)
      const lines =
        asked === undefined ? [jobLine(outcome)] : outcome === undefined ? ['(no answer)'] : answerLines(outcome, asked)
      heard = { open: open.filter((each) => each !== asked), said: said.append({ timeUs: event.at, lines }) }
    }
    return heard
  },
}

export const prompts: Prompts<ClusterProtocol> = {
  meter: meter as Meter<ClusterProtocol>,
  said: (memory) => (memory as Memory).said,
  expectsAnswer: ({ id }) => expectsAnswer(id),
}
