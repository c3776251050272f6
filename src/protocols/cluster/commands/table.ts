import { serverCommands } from '../server/commands/index.ts'
import { dataCommands } from './index.ts'
import type { CommandSpec, CommandTable } from './types.ts'

let built: ReadonlyMap<string, CommandSpec> | null = null

/** Built when it is first asked: modules that need it and modules that it is made of may import each other. */
function table(): ReadonlyMap<string, CommandSpec> {
  built ??= new Map([...dataCommands, ...serverCommands].map((spec) => [spec.name, spec]))
  return built
}

/** Every command that a node knows. */
export const COMMANDS: CommandTable = {
  get: (name) => table().get(name),
  has: (name) => table().has(name),
  keys: () => table().keys(),
  values: () => table().values(),
  get size() {
    return table().size
  },
}
