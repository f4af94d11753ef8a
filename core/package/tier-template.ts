import { inPackage, PackageInvalid, UsageError } from '../base/errors.ts';

/** Where a package keeps what its new tiers are written from, below the package folder. */
const FOLDER = 'new_tier/';
const tierTemplate = `${FOLDER}tier.template`;

/** What stands in place of `{{name}}` in a template. */
export type Values = Readonly<Record<string, string>>;

function filled(path: string, text: string, values: Values): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new PackageInvalid(`${inPackage(path)} wants ${place}, which a new tier does not have`);
    return value;
  });
}

/** The one file that holds the line `-- new-tier: <part>`, above which a part of a tier is written. */
function placeOf(files: ReadonlyMap<string, string>, part: string): { file: string; marker: RegExp } {
  const marker = new RegExp(`^[ \\t]*-- new-tier: ${part}$`, 'm');
  const found = [...files].filter(([path, text]) => path.endsWith('.sql') && marker.test(text));
  const [file, ...more] = found.map(([path]) => path);
  if (file === undefined || more.length > 0)
    throw new PackageInvalid(
      `The line \`-- new-tier: ${part}\` stands in ${found.length} scripts of the package, expected one; ` +
        `${inPackage(`${FOLDER}${part}.template`)} says what is written above it`,
    );
  return { file, marker };
}

/**
 * What a package's templates make of a new tier: its proof line's pattern, and path → new text.
 * `new_tier/tier.template` is its script, behind a first line `proof: <pattern>`; each other `new_tier/<part>.template`
 * is written above the line `-- new-tier: <part>`. So a package says in its own SQL how a tier of it looks and where it
 * is undone, and the engine knows no table.
 * @param files the package without what is generated.
 * @throws UsageError when the package has no templates; PackageInvalid when a part has no place.
 */
export function filledTemplates(
  files: ReadonlyMap<string, string>,
  script: string,
  values: Values,
): { readonly proof: string; readonly changes: ReadonlyMap<string, string> } {
  const own = files.get(tierTemplate);
  if (own === undefined)
    throw new UsageError(
      `The package has no ${inPackage(tierTemplate)}; write the tier by hand, docs/add-a-tier.md says how.`,
    );
  const [, proof, sql = ''] = /^proof: (.+)\n([^]*)$/.exec(filled(tierTemplate, own, values)) ?? [];
  if (proof === undefined)
    throw new PackageInvalid(
      `${inPackage(tierTemplate)}:1 does not say what proves a tier; write \`proof: <pattern>\` there`,
    );
  const changes = new Map([[script, sql]]);
  for (const [path, text] of files) {
    const part = new RegExp(`^${FOLDER}(\\w+)\\.template$`).exec(path)?.[1];
    if (part === undefined || path === tierTemplate) continue;
    const { file, marker } = placeOf(files, part);
    const before = changes.get(file) ?? files.get(file) ?? '';
    const lines = filled(path, text, values);
    changes.set(
      file,
      before.replace(marker, (line) => lines + line),
    );
  }
  return { proof, changes };
}
