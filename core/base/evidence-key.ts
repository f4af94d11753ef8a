import { InputInvalid } from './errors.ts';
import { runIdPattern } from './run-id.ts';

/** The folder in which every rehearsal is listed for the gate, beside the folders of the runs. */
export const REHEARSALS = 'rehearsals';
/** The folder in which every release that was sealed is listed, for whoever compares the next package with it. */
export const RELEASES = 'releases';

/** The folder in which the watch over what was released notes what it finds, beside the folders of the runs. */
export const DRIFT = 'drift';

/** Number of digits of an entry's file name, which is its number alone, so that two writers cannot both store it. */
const SEQUENCE_DIGITS = 4;
/** The folder of the decisions, beside the one of the runs: only the approver's page may write there. */
const DECISIONS = 'decisions';
const decisionFile = /^decisions\/([0-9a-f]{12})\/([0-9]{1,2})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$/;
const reportFile = /^[a-z0-9-]{1,40}\.(json|html|md|sig|sums)$/;

/**
 * The folder of a run in the evidence store. Each store asks here before it makes a path or key of a caller's text, so
 * that no text leads to a place outside.
 * @throws InputInvalid unless it is a run id, or one of the folders beside those of the runs.
 */
export function evidenceFolderName(runId: string): string {
  if (runIdPattern.test(runId) || [REHEARSALS, RELEASES, DRIFT].includes(runId)) return runId;
  throw new InputInvalid(`${JSON.stringify(runId)} is not a run id, so nothing was read or written for it.`);
}

/** The file name of an entry: `0001.json`. @throws InputInvalid unless the number is from 1 to 9999. */
export function entryFileName(sequence: number): string {
  if (Number.isInteger(sequence) && sequence >= 1 && sequence <= 9999)
    return `${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.json`;
  throw new InputInvalid(`${sequence} is not the number of an evidence entry (1 to 9999).`);
}

/** The name of a report's file, unchanged. @throws InputInvalid unless it is a plain name. */
export function reportFileName(name: string): string {
  if (reportFile.test(name)) return name;
  throw new InputInvalid(`${JSON.stringify(name)} is not the name of a report file, so nothing was written.`);
}

/** What the key of a decision says: the run, and which of its requests was answered. */
export interface DecisionPlace {
  readonly runId: string;
  /** Answers that were left when the request was made, which tells the requests of a run apart. */
  readonly answersLeft: number;
}

/** The key of a new decision, `decisions/RUN/ANSWERSLEFT-UUID.json`. @throws InputInvalid for what is no run id. */
export function decisionKey({ runId, answersLeft }: DecisionPlace, uuid: string): string {
  return assertDecisionKey(`${DECISIONS}/${runId}/${answersLeft}-${uuid}.json`);
}

/** What a key says; undefined when it is not the key of a decision. */
export function decisionPlace(key: string): DecisionPlace | undefined {
  const [, runId, answersLeft] = decisionFile.exec(key) ?? [];
  return runId === undefined ? undefined : { runId, answersLeft: Number(answersLeft) };
}

/** The key of a decision, unchanged. @throws InputInvalid for any other text, so that none leads elsewhere. */
export function assertDecisionKey(key: string): string {
  if (decisionPlace(key) !== undefined) return key;
  throw new InputInvalid(`${JSON.stringify(key)} is not the key of a decision, so nothing was read or written.`);
}
