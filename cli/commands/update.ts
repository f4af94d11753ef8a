import { join } from 'node:path';
import * as z from 'zod';
import { manifestFile, renderManifest } from '../../core/package/package.ts';
import { planSchema } from '../../core/package/plan-schema.ts';
import { writeGenerated } from '../../disk/generated-files.ts';
import { readPackageFiles } from '../../disk/read-package.ts';

const schemaFile = 'release.schema.json';

function planJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(planSchema, { io: 'input' }), null, 2)}\n`;
}

/** Every generated file of a package with the text it should have: path → text. */
function generatedFiles(packageDirectory: string): Map<string, string> {
  const files = readPackageFiles(packageDirectory).set(schemaFile, planJsonSchema());
  return new Map([
    [join(packageDirectory, schemaFile), planJsonSchema()],
    [join(packageDirectory, manifestFile), renderManifest(files)],
  ]);
}

/** `one-roof update`: rewrites what is generated in a package, or with `--check` only says what is out of date. */
export function update(options: { readonly check?: boolean; readonly package: string }): number {
  return writeGenerated(generatedFiles(options.package), options.check === true);
}
