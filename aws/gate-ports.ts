import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatePorts } from '../core/base/step-ports.ts';
import { archiveFile } from '../core/package/archive-file.ts';
import { createRunningReader } from './running-executions.ts';
import { createSenderPorts } from './sender-ports.ts';

/** The ports of the function that reads the gate first, on AWS; the package is packed beside the function. */
export function createGatePorts(settings: { readonly EVIDENCE_BUCKET: string }): GatePorts {
  const archive = () => readFileSync(join(__dirname, archiveFile), 'utf8');
  return { ...createSenderPorts(settings), deployed: { archive }, running: createRunningReader() };
}
