import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PackageInvalid } from '../core/base/errors.ts';
import { parseReview, type Review, reviewFolder } from '../core/package/review.ts';

/** The reviews that lie in a package folder, by the names of their files. @throws PackageInvalid for what is none. */
export function readReviews(directory: string): Review[] {
  const folder = join(directory, reviewFolder);
  let names: string[];
  try {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    names = files.map(({ name }) => name).sort();
  } catch (error) {
    if (!existsSync(resolve(folder))) return [];
    throw new PackageInvalid(`The reviews in ${folder} cannot be read`, { cause: error });
  }
  return names.map((name) => parseReview(join(folder, name), readFileSync(join(folder, name), 'utf8')));
}
