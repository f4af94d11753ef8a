import { join } from 'node:path';
import * as z from 'zod';
import { generateFiles } from '../../core/package/generated.ts';
import { planSchema } from '../../core/package/plan-schema.ts';
import { writeGenerated } from '../../disk/generated-files.ts';
import { readPackageFiles } from '../../disk/read-package.ts';

const schemaFile = 'release.schema.json';

function planJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(planSchema, { io: 'input' }), null, 2)}\n`;
}

/** What is generated into a package: path → text, or undefined for a file that should not be there. */
function generatedFiles(directory: string): Map<string, string | undefined> {
  const { files, orphans } = generateFiles(readPackageFiles(directory).set(schemaFile, planJsonSchema()));
  return new Map<string, string | undefined>([
    [join(directory, schemaFile), planJsonSchema()],
    ...orphans.map((path) => [join(directory, path), undefined] as const),
    ...[...files].map(([path, text]) => [join(directory, path), text] as const),
  ]);
}

/** `one-roof update`: rewrites what is generated in a package, or with `--check` only says what is out of date. */
export function update(options: { readonly check?: boolean; readonly package: string }): number {
  return writeGenerated(generatedFiles(options.package), options.check === true);
}
