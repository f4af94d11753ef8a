import { startedBy } from '../base/declared.ts';
import { endingStateSchema, type EndingState } from '../base/ending-state.ts';
import { endingOf } from '../ending/ending.ts';
import type { Ending } from '../ending/ending.ts';
import { isReleased } from '../ending/ending-table.ts';
import { archiveDigest, wayBackFailure } from '../evidence/entries.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import { listRelease } from '../evidence/releases.ts';
import type { Environment } from '../base/environment.ts';
import type { NotifierPorts } from '../base/step-ports.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';
import { closeRun, type ClosingRun, loggingFailure } from '../report/close-run.ts';
import { statementSections } from '../report/statement-sections.ts';
import { tellEnding } from '../report/tell-ending.ts';

type Ended = EndingState & { ending: Ending; report?: string; evidenceHead?: string };

/**
 * The state with what stopped the rollback: Step Functions hands over the description of an execution, and only the
 * evidence says in a sentence what could not be done.
 */
async function withFailure({ evidence }: NotifierPorts, runId: string, state: EndingState): Promise<EndingState> {
  const { rollback } = state;
  if (rollback === undefined || rollback.Output !== undefined) return state;
  const failure = wayBackFailure(parseEntries(await evidence.list(runId).catch(() => [])));
  return failure === undefined ? state : { ...state, rollback: { ...rollback, failure } };
}

/**
 * Last step of every release: records the ending, renders the report and notifies people. It decides nothing: the state
 * machine ends by the state it passed in, even when this step fails.
 */
export function writeReport(environment: Environment<'write-report'>, ports: NotifierPorts) {
  return async (event: unknown): Promise<Ended> => {
    const { state: given, execution } = parseStep(endingStateSchema, event);
    const runId = runIdOf(execution.Id);
    const state = await withFailure(ports, runId, given);
    const ending = endingOf(state);
    const who = startedBy(execution.Input);
    const people = who === undefined ? {} : { people: { started: who } };
    const run: ClosingRun = {
      runId,
      step: 'ending',
      packageDigest: environment.PACKAGE_DIGEST,
      more: statementSections,
      closing: {
        ...ending,
        title: environment.TITLE,
        execution: { arn: execution.Id, name: execution.Name, startedAt: execution.StartTime },
        tiers: environment.TIERS,
        signer: environment.SIGNING_KEY,
        state,
        ...people,
      },
    };
    const written = await loggingFailure(ports, runId, () => closeRun(ports, run));
    const archive = archiveDigest(written?.report.evidence.entries ?? []);
    if (isReleased(ending.name) && archive !== undefined)
      await listRelease(ports, run.packageDigest, { runId, execution: execution.Id, archive });
    await tellEnding(ports, { what: `${environment.TITLE}, release ${runId}`, ending, written });
    return {
      ...state,
      ending,
      ...(written === undefined ? {} : { report: written.location, evidenceHead: written.report.evidence.head }),
    };
  };
}
