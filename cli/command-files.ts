import type * as approve from './approve.ts';
import type * as bundle from './bundle.ts';
import type * as check from './check.ts';
import type * as fingerprint from './fingerprint.ts';
import type * as fixture from './fixture.ts';
import type * as gate from './gate.ts';
import type * as history from './history.ts';
import type * as local from './local.ts';
import type * as newTier from './new-tier.ts';
import type * as permissionTable from './permission-table.ts';
import type * as plan from './plan.ts';
import type * as rehearse from './rehearse.ts';
import type * as reject from './reject.ts';
import type * as report from './report.ts';
import type * as rollback from './rollback.ts';
import type * as run from './run.ts';
import type * as start from './start.ts';
import type * as status from './status.ts';
import type * as stop from './stop.ts';
import type * as update from './update.ts';
import type * as verifyReport from './verify-report.ts';
import type * as watch from './watch.ts';

/** The file of each command, and of what only some calls of a command need, by its path from here. */
interface CommandFiles {
  readonly './approve.ts': typeof approve;
  readonly './bundle.ts': typeof bundle;
  readonly './check.ts': typeof check;
  readonly './fingerprint.ts': typeof fingerprint;
  readonly './fixture.ts': typeof fixture;
  readonly './gate.ts': typeof gate;
  readonly './history.ts': typeof history;
  readonly './local.ts': typeof local;
  readonly './new-tier.ts': typeof newTier;
  readonly './permission-table.ts': typeof permissionTable;
  readonly './plan.ts': typeof plan;
  readonly './rehearse.ts': typeof rehearse;
  readonly './reject.ts': typeof reject;
  readonly './report.ts': typeof report;
  readonly './rollback.ts': typeof rollback;
  readonly './run.ts': typeof run;
  readonly './start.ts': typeof start;
  readonly './status.ts': typeof status;
  readonly './stop.ts': typeof stop;
  readonly './update.ts': typeof update;
  readonly './verify-report.ts': typeof verifyReport;
  readonly './watch.ts': typeof watch;
}

/**
 * Loads a command's file when the command is given, and not before: to print the help or a plan, nobody should wait a
 * second for CDK, the AWS SDK and PostgreSQL's driver. It is `require` under the types of what it loads; `import()`
 * would need tsx's loader for ES modules, a thread that takes a third of a second to start.
 */
export const load: <Name extends keyof CommandFiles>(name: Name) => CommandFiles[Name] = require;
