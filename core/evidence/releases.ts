import * as z from 'zod';
import { RELEASES } from '../base/evidence-key.ts';
import { runIdSchema } from '../base/run-id.ts';
import type { BasePorts } from '../base/step-ports.ts';
import { recordEvidenceIfPossible } from './evidence.ts';
import { parseEntries } from './parse-entries.ts';

const listedSchema = z.object({
  runId: runIdSchema,
  /** ARN of the execution. On a laptop, packages share one list, and the name of the machine tells them apart. */
  execution: z.string(),
  /** Digest of the archive of its package, which lies in its folder. */
  archive: z.string(),
});

/** A release that was sealed, as the list of them holds it. */
export interface ListedRelease extends z.output<typeof listedSchema> {
  readonly packageDigest: string;
  readonly at: string;
}

/** The state machine's name in the ARN of a machine, or of an execution. */
function machineOf(arn: string): string {
  return arn.split(':')[6] ?? '';
}

/**
 * Adds a release that was sealed to the list of all, which is chained like the evidence of a run. Executions are forgotten
 * after 90 days, and the package after that wants to be compared too.
 */
export async function listRelease(
  ports: BasePorts,
  packageDigest: string,
  listed: z.output<typeof listedSchema>,
): Promise<void> {
  await recordEvidenceIfPossible(ports, { runId: RELEASES, step: 'released', packageDigest, facts: { ...listed } });
}

/** The last release of a machine that was listed before an instant; undefined when there is none. */
export async function lastRelease(
  ports: BasePorts,
  machineArn: string,
  before: Date,
): Promise<ListedRelease | undefined> {
  const entries = parseEntries(await ports.evidence.list(RELEASES));
  const listed = entries.flatMap(({ facts, packageDigest, at }) => {
    const release = listedSchema.safeParse(facts).data;
    return release === undefined ? [] : [{ ...release, packageDigest, at }];
  });
  return listed.findLast(
    ({ execution, at }) => machineOf(execution) === machineOf(machineArn) && new Date(at) < before,
  );
}
