import type { PartKindName } from '../contract.ts'
import type { PartForm, PartSettings } from './form.ts'
import { sharedForms } from './shared.ts'
import { CLASS, sourceForms } from './source.ts'
import { stageForms } from './stage.ts'
import { receiverForms, senderForms } from './tcp.ts'

/** All verbs that set something of a part, in the order of help. */
export const forms: readonly PartForm[] = [
  ...sourceForms,
  CLASS,
  ...sharedForms,
  ...stageForms,
  ...senderForms,
  ...receiverForms,
] as readonly PartForm[]

/** What these are settings of. */
export function kindOf(settings: PartSettings): PartKindName {
  if ('load' in settings) return 'source'
  if ('servers' in settings) return 'stage'
  return 'congestion' in settings ? 'sender' : 'receiver'
}
