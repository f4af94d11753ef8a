import { visibleLines } from '../base/visible.ts';
import type { Ending } from '../ending/ending.ts';
import type { NotifierPorts } from '../base/step-ports.ts';
import type { WrittenReport } from './close-run.ts';

/** An ending that people are told of. */
export interface ToldEnding {
  /** What ended, in the subject: `One-Roof governance, release 0123456789ab`. */
  readonly what: string;
  readonly ending: Pick<Ending, 'name' | 'headline'>;
  /** Undefined when there is no report. */
  readonly written: WrittenReport | undefined;
}

/**
 * Tells people how a run ended, where the report lies, and the evidence head, which pins the evidence outside the
 * store. Every ending is sent out, that of an undo too: entries whose head was never sent could be removed without a
 * trace.
 */
export async function tellEnding({ notifier }: NotifierPorts, { what, ending, written }: ToldEnding): Promise<void> {
  const proof =
    written === undefined
      ? []
      : [
          '',
          `Report:         ${written.location}`,
          `Package digest: ${written.report.packageDigest}`,
          `Evidence head:  ${written.report.evidence.head}`,
          '',
          'Keep this message: whoever audits the run compares the evidence head with `one-roof verify-report`.',
        ];
  await notifier.notify(`${what}: ${ending.name.replaceAll('_', ' ')}`, visibleLines([ending.headline, ...proof]));
}
