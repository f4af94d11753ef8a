import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PageFacts, pageFactsSchema } from '../../core/approval/page/facts.ts';
import type { PageFiles } from '../../core/approval/page/ports.ts';
import { styleSheet } from '../../core/report/html-style.ts';

/** Reads the files of the page, which lie beside the function; its style is that of the reports, and some more. */
export function readPageFiles(folder: string, facts: PageFacts): PageFiles {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    facts,
    html: read('page.html'),
    script: read('page.js'),
    style: styleSheet + read('page.css'),
    reportStyle: `sha256-${createHash('sha256').update(styleSheet).digest('base64')}`,
  };
}

/** Reads what the page knows of the package, from the file that was packed with it. @throws ZodError. */
export function readPageFacts(folder: string): PageFacts {
  return pageFactsSchema.parse(JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')));
}
