import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { manifestFile, renderManifest } from '../core/package.ts';
import { planSchema } from '../core/plan-schema.ts';
import { parsePlan } from '../core/plan.ts';
import { readPackageFiles } from '../lib/read-package.ts';
import { load } from './command-files.ts';
import { tierTable, withTable } from './generated-table.ts';

/** The documents with generated tables, below the checkout. */
const documentsWithTables = ['docs/operator.md', 'docs/auditor.md'];
const schemaFile = 'release.schema.json';

function planJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(planSchema, { io: 'input' }), null, 2)}\n`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Every generated file with the text it should have: path → text. */
function generatedFiles(packageDirectory: string): Map<string, string> {
  const files = readPackageFiles(packageDirectory).set(schemaFile, planJsonSchema());
  const plan = parsePlan(files.get('release.json') ?? '');
  const generated = new Map([
    [join(packageDirectory, schemaFile), planJsonSchema()],
    [join(packageDirectory, manifestFile), renderManifest(files)],
  ]);
  for (const document of documentsWithTables) {
    const path = join(packageDirectory, '..', document);
    const text = readIfThere(path);
    if (text === undefined) continue;
    const withTiers = withTable(text, 'tiers', () => tierTable(plan));
    const permissions = () => load('./permission-table.ts').permissionTable(packageDirectory);
    generated.set(path, withTable(withTiers, 'permissions', permissions));
  }
  return generated;
}

/** `one-roof update`: rewrites what is generated, or with `--check` only says what is out of date. */
export function update(options: { readonly check?: boolean; readonly package: string }): number {
  const stale = [...generatedFiles(options.package)].filter(([path, text]) => readIfThere(path) !== text);
  for (const [path, text] of stale) {
    if (options.check !== true) writeFileSync(path, text);
    process.stdout.write(`${options.check === true ? 'out of date' : 'written'}: ${path}\n`);
  }
  if (stale.length === 0) process.stdout.write('Everything generated is up to date.\n');
  return options.check === true && stale.length > 0 ? 1 : 0;
}
