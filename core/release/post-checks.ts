import type * as z from 'zod';
import { callAll, createCallScript } from '../command/call-script.ts';
import { type postCheckedSchema, tierStateSchema } from '../base/contracts.ts';
import { type Environment, scriptName } from '../base/environment.ts';
import { recordEvidenceIfPossible } from '../evidence/evidence.ts';
import { logLines } from '../base/log-lines.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { outcomeProblems } from '../ending/outcome-problems.ts';
import { parseJsonAs } from '../base/json.ts';
import { driftScript, releasedStateSchema, sealedStep } from '../drift/released-state.ts';
import { parseStep } from '../base/step-input.ts';

/** Leaves in the evidence what the release made and wrote, so that whoever watches over it later can compare. */
async function recordSeal(
  ports: SenderPorts,
  run: { readonly runId: string; readonly packageDigest: string },
  printed: string | undefined,
): Promise<void> {
  const facts = parseJsonAs(releasedStateSchema, printed);
  if (facts !== undefined) await recordEvidenceIfPossible(ports, { ...run, step: sealedStep, facts });
}

/**
 * State *Post checks*: reads the released database as an outsider would (with the read-only role) and once more as the
 * writer, and records its sealed state. A difference is reported and raises an alarm; a sealed release is never rolled back because of it.
 * @throws as `runScript`; the state machine then goes on to the report all the same.
 */
export function postChecks(environment: Environment<'post-checks'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof postCheckedSchema>> => {
    const { state, enteredAt } = parseStep(tierStateSchema, event);
    const { runId, documents, packageDigest, approval } = state;
    const parameters = { ratifiedApr: approval.apr };
    const call = createCallScript(ports, environment, { runId, enteredAt, documents, parameters });
    const names = environment.SCRIPTS.map(scriptName);
    const { [driftScript]: released, ...facts } = await callAll(
      call,
      names,
      names.filter((name) => name !== driftScript),
    );
    await recordSeal(ports, { runId, packageDigest }, released?.['json']);
    const problems = outcomeProblems(facts['outcome']?.['json']);
    if (problems.length > 0) ports.log.warn(logLines.postChecksDiffer, { runId, problems: problems.length });
    await recordEvidenceIfPossible(ports, { runId, step: 'post-checks', packageDigest, facts: { problems, ...facts } });
    // This state is entered only after the seal: from tier 8 or, when the answer of tier 8 was lost, because the
    // rollback found the seal.
    return { ...state, sealed: true, postChecks: { problems, facts } };
  };
}
