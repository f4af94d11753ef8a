import type * as approve from './commands/approve.ts';
import type * as bundle from './commands/bundle.ts';
import type * as check from './commands/check.ts';
import type * as fingerprint from './commands/fingerprint.ts';
import type * as fixture from './commands/fixture.ts';
import type * as gate from './commands/gate.ts';
import type * as history from './commands/history.ts';
import type * as local from './commands/local.ts';
import type * as newTier from './commands/new-tier.ts';
import type * as plan from './commands/plan.ts';
import type * as rehearse from './commands/rehearse.ts';
import type * as reject from './commands/reject.ts';
import type * as report from './commands/report.ts';
import type * as rollback from './commands/rollback.ts';
import type * as run from './commands/run.ts';
import type * as start from './commands/start.ts';
import type * as status from './commands/status.ts';
import type * as stop from './commands/stop.ts';
import type * as update from './commands/update.ts';
import type * as verifyReport from './commands/verify-report.ts';
import type * as watch from './commands/watch.ts';

/** The file of each command, and of what only some calls of a command need, by its path from here. */
interface CommandFiles {
  readonly './commands/approve.ts': typeof approve;
  readonly './commands/bundle.ts': typeof bundle;
  readonly './commands/check.ts': typeof check;
  readonly './commands/fingerprint.ts': typeof fingerprint;
  readonly './commands/fixture.ts': typeof fixture;
  readonly './commands/gate.ts': typeof gate;
  readonly './commands/history.ts': typeof history;
  readonly './commands/local.ts': typeof local;
  readonly './commands/new-tier.ts': typeof newTier;
  readonly './commands/plan.ts': typeof plan;
  readonly './commands/rehearse.ts': typeof rehearse;
  readonly './commands/reject.ts': typeof reject;
  readonly './commands/report.ts': typeof report;
  readonly './commands/rollback.ts': typeof rollback;
  readonly './commands/run.ts': typeof run;
  readonly './commands/start.ts': typeof start;
  readonly './commands/status.ts': typeof status;
  readonly './commands/stop.ts': typeof stop;
  readonly './commands/update.ts': typeof update;
  readonly './commands/verify-report.ts': typeof verifyReport;
  readonly './commands/watch.ts': typeof watch;
}

/**
 * Loads a command's file when the command is given, and not before: to print the help or a plan, nobody should wait a
 * second for CDK, the AWS SDK and PostgreSQL's driver. It is `require` under the types of what it loads; `import()`
 * would need tsx's loader for ES modules, a thread that takes a third of a second to start.
 */
export const load: <Name extends keyof CommandFiles>(name: Name) => CommandFiles[Name] = require;
