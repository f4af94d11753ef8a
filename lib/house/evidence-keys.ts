import { REHEARSALS } from '../../core/base/evidence-key.ts';
import { archiveFile } from '../../core/package/archive-file.ts';

/** Every evidence key begins with this: `runs/<run id>/…`. */
export const RUNS = 'runs/';
/** The prefix with any run id, as an IAM pattern: twelve characters. */
export const RUN = `${RUNS}${'?'.repeat(12)}/`;
/** The list of all rehearsals, by which the gate judges. */
export const REHEARSED = `${RUNS}${REHEARSALS}/`;
/** An entry of a chain, in its folder. */
export const ENTRY = '????.json';
/** The package of any run. */
export const ARCHIVE = RUN + archiveFile;
/** What the approver's page decided: `decisions/<run id>/…`. */
export const DECISIONS = 'decisions/';

const reportFiles = (base: string) => ['html', 'json', 'md'].map((ending) => `${RUN}report/${base}.${ending}`);

/** Reports by who writes them: the release itself, or a rollback. */
export const reports = { release: reportFiles('report'), rollback: reportFiles('rollback-????') } as const;

/** The signatures of reports, which a function of its own writes. */
export const SIGNATURE = `${RUN}report/*.sig`;
