import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout. */
export const project = join(__dirname, '../..');

/** One command of a document, as a reader would copy it. */
export interface DocumentedCommand {
  readonly document: string;
  readonly command: string;
}

/** Text of a file of the checkout. */
export function textOf(file: string): string {
  return readFileSync(join(project, file), 'utf8');
}

/** README and every Markdown file under docs/. */
export const documents = ['README.md', ...readdirSync(join(project, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);

/** The commands of a document: each line of its `sh` blocks, continued lines joined, comments dropped. */
export function commandsOf(document: string): DocumentedCommand[] {
  const blocks = [...textOf(document).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/(^|\s{2,})#.*$/, '').trim())
    .filter((command) => command !== '')
    .map((command) => ({ document, command }));
}

/** Every command of every document. */
export const documentedCommands = documents.flatMap(commandsOf);

/** The anchors of a document's headings, as Git hosts make them. */
export function anchorsOf(document: string): Set<string> {
  const headings = [...textOf(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
