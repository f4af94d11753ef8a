import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { manifestFile, renderManifest } from '../core/package.ts';
import { planSchema } from '../core/plan-schema.ts';
import { parsePlan } from '../core/plan.ts';
import { readPackageFiles } from '../lib/read-package.ts';
import { tierTable, withTable } from './tier-table.ts';

/** The documents whose tier table is generated, below the checkout. */
const documentsWithTable = ['docs/operator.md'];
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
  for (const document of documentsWithTable) {
    const path = join(packageDirectory, '..', document);
    const text = readIfThere(path);
    if (text !== undefined) generated.set(path, withTable(text, tierTable(plan)));
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
