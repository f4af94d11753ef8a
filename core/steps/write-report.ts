import { endingStateSchema, type EndingState } from '../contracts.ts';
import { type Ending } from '../ending.ts';
import type { Environment } from '../environment.ts';
import { recordEvidenceIfPossible } from '../evidence.ts';
import type { NotifierPorts } from '../ports.ts';
import { buildReport, type Report } from '../report/build.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { runIdOf } from '../run-id.ts';
import { parseStep } from '../step-input.ts';
import { endingOf } from '../ending.ts';

async function writeFiles(ports: NotifierPorts, report: Report): Promise<string> {
  await ports.evidence.writeReport(report.runId, 'report.json', `${JSON.stringify(report, null, 2)}\n`);
  return ports.evidence.writeReport(report.runId, 'report.md', renderMarkdown(report));
}

/**
 * Last step of every release: records the ending, renders the report and tells people. It decides nothing; the
 * state machine ends by the state it was handed, also when this step fails.
 */
export function writeReport(environment: Environment<'write-report'>, ports: NotifierPorts) {
  return async (event: unknown): Promise<EndingState & { ending: Ending; report: string }> => {
    const { state, execution } = parseStep(endingStateSchema, event);
    const runId = runIdOf(execution.Id);
    const packageDigest = environment.PACKAGE_DIGEST;
    const ending = endingOf(state);
    await recordEvidenceIfPossible(ports, { runId, step: 'ending', packageDigest, facts: { ...ending } });
    const report = buildReport({
      runId,
      execution: { arn: execution.Id, name: execution.Name, startedAt: execution.StartTime },
      endedAt: ports.clock.now().toISOString(),
      packageDigest,
      state,
      stored: await ports.evidence.list(runId),
    });
    const location = await writeFiles(ports, report);
    await ports.notifier.notify(`One-Roof release ${runId}: ${ending.name.replaceAll('_', ' ')}`, ending.headline);
    return { ...state, ending, report: location };
  };
}
