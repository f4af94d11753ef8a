import * as z from 'zod';
import { tierStateName } from '../base/names.ts';
import { parseJsonAs } from '../base/json.ts';
import { archivedFiles, type PackageArchive } from '../package/archive.ts';
import { archiveFile } from '../package/archive-file.ts';
import { reachedFiles } from '../package/flatten.ts';
import { manifestLines, planFile } from '../package/manifest.ts';
import { dataTable, folded, mono, section } from './html-parts.ts';
import { type Markup, markup } from './markup.ts';

/** The part of a plan that says which files are shown; a plan of any age has it. */
const shownPlan = z.looseObject({
  tiers: z.array(z.looseObject({ id: z.string(), name: z.string(), file: z.string() })),
  roles: z.looseObject({ undo: z.string() }),
  scripts: z.array(z.looseObject({ id: z.string(), file: z.string() })),
});

function source(title: string, text: string): Markup {
  return folded(title, markup`<pre tabindex="0">${text}</pre>`);
}

/** What was released and what takes it back: its id, a title and the file of its SQL. */
export function scriptsOf(files: ReadonlyMap<string, string>): { id: string; title: string; file: string }[] {
  const plan = parseJsonAs(shownPlan, files.get(planFile));
  if (plan === undefined) return [];
  const undo = plan.scripts.find(({ id }) => id === plan.roles.undo);
  return [
    ...plan.tiers.map((tier) => ({
      id: `tier-${tier.id}`,
      title: `${tierStateName(tier)}: ${tier.file}`,
      file: tier.file,
    })),
    ...(undo === undefined ? [] : [{ id: undo.id, title: `The undo: ${undo.file}`, file: undo.file }]),
  ];
}

/** The section *The SQL*: each tier and the undo, folded, and every file that they include. Undefined without a package. */
export function packageSection(archive: PackageArchive | undefined): Markup | undefined {
  if (archive === undefined) return undefined;
  const files = archivedFiles(archive);
  const scripts = scriptsOf(files);
  const own = new Set(scripts.map(({ file }) => file));
  const included = [...new Set(scripts.flatMap(({ file }) => [...reachedFiles(files, file)]))].filter(
    (file) => !own.has(file),
  );
  const rows = [...manifestLines(archive.manifest)].map(([path, digest]) => ({ cells: [path, mono(digest)] }));
  const all = dataTable('Files of the package', [{ head: 'File' }, { head: 'sha256' }], rows);
  return section(
    'sql',
    'The SQL',
    markup`<p>As it was approved, and as it lies beside this page in ${mono(archiveFile)}. A line that begins with <code>\\ir</code> includes another file.</p>
${scripts.map(({ title, file }) => source(title, files.get(file) ?? 'not in the package'))}${
      included.length === 0
        ? undefined
        : folded(
            `The ${included.length} files that they include`,
            included.sort().map((file) => source(file, files.get(file) ?? '')),
          )
    }${folded('Every file of the package with its sha256', all)}`,
  );
}
