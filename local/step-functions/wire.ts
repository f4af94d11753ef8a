import * as z from 'zod';
import { parseJsonAs } from '../../core/base/json.ts';
import { ServiceError } from '../driver/service-error.ts';
import type { HistoryEvent } from './history.ts';

/** The members that all paged operations share; 0 means the default of 100 (SDK). */
export const pageMembers = { maxResults: z.int().min(0).max(1000).optional(), nextToken: z.string().optional() };

/** The page that a request asks for. */
export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const pageToken = z.object({ of: z.string(), after: z.int().min(1) });

/** A page of a list, and the token for the next one where there is one. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/**
 * Cuts one page from a list. Items are identified by their number, not by their position, so that a list that grows at
 * either end while somebody pages through it neither repeats nor loses an item. `of` binds the token to its list.
 * @throws ServiceError InvalidToken for a token that does not belong to this list.
 */
export function cutPage<Item>(
  of: string,
  items: readonly Item[],
  numberOf: (item: Item) => number,
  request: PageRequest,
): Page<Item> {
  const size = request.maxResults === undefined || request.maxResults === 0 ? 100 : request.maxResults;
  const from = request.nextToken === undefined ? 0 : indexAfter(of, items, numberOf, request.nextToken);
  const page = items.slice(from, from + size);
  const last = page.at(-1);
  const more = from + size < items.length && last !== undefined;
  const nextToken = more ? Buffer.from(JSON.stringify({ of, after: numberOf(last) })).toString('base64') : undefined;
  return { items: page, nextToken };
}

function indexAfter<Item>(of: string, items: readonly Item[], numberOf: (item: Item) => number, token: string): number {
  const refused = new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  const data = parseJsonAs(pageToken, Buffer.from(token, 'base64').toString('utf8'));
  const index = data?.of === of ? items.findIndex((item) => numberOf(item) === data.after) : -1;
  if (index < 0) throw refused;
  return index + 1;
}

const dataMembers = new Set(['input', 'inputDetails', 'output', 'outputDetails']);

/** An event without execution data, as for `includeExecutionData: false`: names and errors stay, data is removed. */
export function withoutData(event: HistoryEvent): unknown {
  const strip = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    const kept = Object.entries(value).filter(([key]) => !dataMembers.has(key));
    return Object.fromEntries(kept.map(([key, member]) => [key, key === 'parameters' ? '' : strip(member)]));
  };
  return strip(event);
}
