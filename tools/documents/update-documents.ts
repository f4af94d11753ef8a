import { join } from 'node:path';
import { parsePlan } from '../../core/package/plan.ts';
import { readIfThere, writeGenerated } from '../../disk/generated-files.ts';
import { tierTable, withTable } from './generated-table.ts';
import { permissionTable } from './permission-table.ts';
import { renderedBy } from './renderer.ts';
import { sabotageTable } from './sabotage-table.ts';

/** The documents with generated tables, relative to the checkout. */
const documentsWithTables = ['docs/operator.md', 'docs/auditor.md', 'docs/security.md'];

/**
 * Rewrites the name of the version that renders reports, and the tables in this repository's documents that are made from the package
 * and the synthesized stack; with
 * `check` it only reports which are out of date. It is separate from `one-roof update`, which knows only its package
 * and no repository.
 */
export function updateDocuments(project: string, options: { readonly check?: boolean } = {}): number {
  const packageDirectory = join(project, 'sql');
  const plan = parsePlan(readIfThere(join(packageDirectory, 'release.json')));
  const documents = documentsWithTables.map((document): [string, string] => {
    const path = join(project, document);
    const withTiers = withTable(readIfThere(path) ?? '', 'tiers', () => tierTable(plan));
    const withPermissions = withTable(withTiers, 'permissions', () => permissionTable(packageDirectory));
    return [path, withTable(withPermissions, 'sabotages', sabotageTable)];
  });
  const version: [string, string] = [join(project, 'core/report/renderer.ts'), renderedBy(project)];
  return writeGenerated(new Map([version, ...documents]), options.check === true);
}
