import * as z from 'zod';
import { parseJsonAs } from '../../core/base/json.ts';
import type { ServiceError } from './service-error.ts';

const pageToken = z.object({ of: z.string(), after: z.int().min(1) });

/** Which page of a list is wanted. */
export interface PageOf {
  /** The list, to which the token is bound. */
  readonly of: string;
  readonly size: number;
  readonly token: string | undefined;
  /** What a token that does not belong to the list is answered with. */
  readonly refusal: ServiceError;
}

/** A page of a list, and the token for the next one where there is one. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/**
 * Cuts one page from a list. Items are identified by their number, not by their position, so that a list that grows at
 * either end while somebody pages through it neither repeats nor loses an item.
 * @throws ServiceError the refusal.
 */
export function cutPage<Item>(
  items: readonly Item[],
  numberOf: (item: Item) => number,
  { of, size, token, refusal }: PageOf,
): Page<Item> {
  const data = token === undefined ? undefined : parseJsonAs(pageToken, Buffer.from(token, 'base64').toString('utf8'));
  const last = data?.of === of ? items.findIndex((item) => numberOf(item) === data.after) : -1;
  if (token !== undefined && last < 0) throw refusal;
  const page = items.slice(last + 1, last + 1 + size);
  const end = page.at(-1);
  const more = last + 1 + size < items.length && end !== undefined;
  const nextToken = more ? Buffer.from(JSON.stringify({ of, after: numberOf(end) })).toString('base64') : undefined;
  return { items: page, nextToken };
}
