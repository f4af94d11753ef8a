import * as z from 'zod';
import { declaredSchema } from '../base/declared.ts';
import { sha256Hex } from '../base/digest.ts';
import { PackageInvalid } from '../base/errors.ts';
import { parseJsonAs } from '../base/json.ts';

/** The folder of a package in which reviews lie. It is no part of the package: a review cannot change what it is about. */
export const reviewFolder = 'reviews/';

/**
 * What somebody declares to have read: a package by its digest. It proves nothing of the person; the signature of the commit that
 * brought the file does.
 */
export const reviewSchema = z.strictObject({
  format: z.literal('one-roof-review/1'),
  by: declaredSchema.min(1),
  at: z.iso.datetime(),
  packageDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/** @see reviewSchema */
export type Review = z.infer<typeof reviewSchema>;

/** Path of somebody's review below the package: plain letters of the name, and its digest, as two people may share the letters. */
export function reviewFile(by: string): string {
  const slug = by
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${reviewFolder}${slug === '' ? 'person' : slug}-${sha256Hex(by).slice(0, 8)}.json`;
}

/** The bytes of a review. */
export function renderReview(review: Review): string {
  return `${JSON.stringify(review, null, 2)}\n`;
}

/** Reads a review. @throws PackageInvalid for anything else: a review that is overlooked would look like none. */
export function parseReview(file: string, text: string): Review {
  const review = parseJsonAs(reviewSchema, text);
  if (review !== undefined) return review;
  throw new PackageInvalid(`${file} is not a review; write it with one-roof review, or remove it`);
}
