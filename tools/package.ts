import { describePackage } from '../core/package/package.ts';
import type { ReleasePlan } from '../core/package/plan-schema.ts';
import { readPackageFiles } from '../disk/read-package.ts';
import { join } from 'node:path';

/** The package that the tools break and measure: the one of this checkout. */
export const packageDirectory = join(__dirname, '../sql');

/** That package, read once for everything that a tool has to know of it. */
export const released = describePackage(readPackageFiles(packageDirectory));

const { plan } = released;

/** The database, and the role that writes to it. */
export const { database, writer, roles } = plan;

/** The code of the approval request that the fixture holds as ratified. */
export const apr = plan.approval.code.example;

function existing(wanted: ReleasePlan['existing'][number]['rows']): string {
  const found = plan.existing.find(({ rows }) => rows === wanted);
  if (found === undefined) throw new Error(`the plan has no existing relation whose rows are ${wanted}`);
  return found.relation;
}

/** A relation of the application into which a tier inserts rows. */
export const filled = existing('inserted');
/** A relation of the application that a tier locks and leaves as it is. */
export const locked = existing('kept');
