import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseReview, type Review, reviewFolder } from '../core/package/review.ts';

/** The reviews that lie in a package folder, by the names of their files. @throws PackageInvalid for a file that is none. */
export function readReviews(directory: string): Review[] {
  const folder = join(directory, reviewFolder);
  let names: string[];
  try {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    names = files.map(({ name }) => name).sort();
  } catch {
    return [];
  }
  return names.map((name) => parseReview(join(folder, name), readFileSync(join(folder, name), 'utf8')));
}
