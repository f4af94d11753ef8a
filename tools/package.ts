import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describePackage } from '../core/package/package.ts';
import type { ReleasePlan } from '../core/package/plan-schema.ts';
import { readPackageFiles } from '../disk/read-package.ts';

/** The variable of the environment that tells a worker of chaos to play another package than that of this checkout. */
export const packageVariable = 'ONE_ROOF_CHAOS_PACKAGE';

/** The package that the tools break and measure: the one of this checkout, or what a worker of chaos was told. */
export const packageDirectory = process.env[packageVariable] ?? join(__dirname, '../sql');

/** That package, read once for everything that a tool has to know of it. */
export const released = describePackage(readPackageFiles(packageDirectory));

const { plan } = released;

/** The database, and the role that writes to it. */
export const { database, writer, roles } = plan;

/** The code of the approval request that the fixture holds as ratified. */
export const apr = plan.approval.code.example;

function existing(...wanted: readonly ReleasePlan['existing'][number]['rows'][]): string | undefined {
  return plan.existing.find(({ rows }) => wanted.includes(rows))?.relation;
}

/** A relation of the application into which a tier inserts rows, or whose rows it changes. */
export const filled = existing('inserted') ?? existing('updated', 'deleted') ?? '';
/** A relation of the application that a tier locks and leaves as it is, or only reads. */
export const locked = existing('kept') ?? plan.reads[0] ?? '';

const examples = join(__dirname, '../examples');

/** The folder of the example whose tiers keep rows before they change them. @throws Error when there is none. */
export function keepingExample(): string {
  const found = readdirSync(examples)
    .map((name) => join(examples, name))
    .find((folder) => [...readPackageFiles(folder).values()].some((text) => text.includes('keep/rows.sql')));
  if (found === undefined) throw new Error('no example keeps rows');
  return found;
}
