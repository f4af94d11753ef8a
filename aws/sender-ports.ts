import type { SenderPorts } from '../core/base/step-ports.ts';
import { createBasePorts } from './base-ports.ts';
import { createSsmCommands } from './ssm-commands.ts';

/** The ports of a function that sends scripts, on AWS. */
export function createSenderPorts(settings: { readonly EVIDENCE_BUCKET: string }): SenderPorts {
  return { ...createBasePorts(settings), commands: createSsmCommands() };
}
