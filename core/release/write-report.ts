import { endingStateSchema, type EndingState } from '../base/contracts.ts';
import { type Ending, endingOf } from '../ending/ending.ts';
import type { Environment } from '../base/environment.ts';
import { logLines } from '../base/log-lines.ts';
import type { NotifierPorts } from '../base/ports.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';
import { closeRun, type ClosingRun, type WrittenReport } from '../report/close-run.ts';

type Ended = EndingState & { ending: Ending; report?: string; evidenceHead?: string };

/**
 * The message to people: the ending, the location of the report, and the digest that pins the evidence outside the
 * store.
 */
function message(ending: Ending, written: WrittenReport | undefined): string {
  if (written === undefined) return ending.headline;
  const { report, location } = written;
  return [
    ending.headline,
    '',
    `Report:         ${location}`,
    `Package digest: ${report.packageDigest}`,
    `Evidence head:  ${report.evidence.head}`,
    '',
    'Keep this message: whoever audits the release compares the evidence head with `one-roof verify-report`.',
  ].join('\n');
}

/** @throws the store's error, as a log line first: the state machine's Catch leaves no other trace of it. */
async function close(ports: NotifierPorts, run: ClosingRun): Promise<WrittenReport | undefined> {
  try {
    return await closeRun(ports, run);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    ports.log.warn(logLines.reportNotWritten, { runId: run.runId, error: name });
    throw error;
  }
}

/**
 * Last step of every release: records the ending, renders the report and notifies people. It decides nothing: the state
 * machine ends by the state it passed in, even when this step fails.
 */
export function writeReport(environment: Environment<'write-report'>, ports: NotifierPorts) {
  return async (event: unknown): Promise<Ended> => {
    const { state, execution } = parseStep(endingStateSchema, event);
    const runId = runIdOf(execution.Id);
    const ending = endingOf(state);
    const written = await close(ports, {
      runId,
      step: 'ending',
      packageDigest: environment.PACKAGE_DIGEST,
      closing: {
        ...ending,
        execution: { arn: execution.Id, name: execution.Name, startedAt: execution.StartTime },
        tiers: environment.TIERS,
        state,
      },
    });
    await ports.notifier.notify(
      `One-Roof release ${runId}: ${ending.name.replaceAll('_', ' ')}`,
      message(ending, written),
    );
    return {
      ...state,
      ending,
      ...(written === undefined ? {} : { report: written.location, evidenceHead: written.report.evidence.head }),
    };
  };
}
