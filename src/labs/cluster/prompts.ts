import { AppendList } from '../../base/append-list.ts'
import type { Prompts, Said } from '../../engine/lab.ts'
import type { OperationEvent } from '../../machine/invariant.ts'
import { type Bytes, textOf } from '../../protocols/cluster/bytes.ts'
import type { Outcome } from '../../protocols/cluster/client/types.ts'
import type { Reply } from '../../protocols/cluster/reply.ts'
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
    const address = redirections.at(-1)?.split(' ')[2] ?? `${ip}:${port}`
    return [...followed, `Could not connect to Redis at ${address}: Connection refused`]
  }
  return [...followed, ...linesOf(reply, args)]
}

function linesOf(reply: Reply, args: readonly Bytes[]): readonly string[] {
  const lines = textOf(printsRaw(args) ? rawReply(reply) : renderReply(reply)).split(/\r?\n/)
  while (lines.length > 1 && lines.at(-1) === '') lines.pop()
  const omitted = lines.length - LINES_MAX
  return omitted > 0 ? [...lines.slice(0, LINES_MAX), `… ${omitted} more lines`] : lines
}

const isAnswer = (event: OperationEvent<ClusterProtocol>, reply: Reply): boolean =>
  event.kind === 'return' && event.result?.outcomes.some((outcome) => outcome.reply === reply) === true

type State = ClusterProtocol['state'] | undefined

/** What came to the terminal without being asked for: messages of its subscriptions. */
function newPushes(before: State, after: State): readonly Reply[] {
  if (after?.kind !== 'client' || after.config.self !== TERMINAL || before?.kind !== 'client') return []
  if (after.pushes === before.pushes) return []
  const last = before.pushes.at(-1)
  const first = last === undefined ? 0 : after.pushes.indexOf(last) + 1
  return after.pushes.slice(first).map(({ reply }) => reply)
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
  step(memory, world, { operations, before, after }) {
    let heard = memory
    for (const reply of newPushes(before, after)) {
      // The confirmation of a subscription is told as its answer.
      if (operations.some((event) => isAnswer(event, reply))) continue
      heard = { ...heard, said: heard.said.append({ timeUs: world.now, lines: linesOf(reply, []) }) }
    }
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
