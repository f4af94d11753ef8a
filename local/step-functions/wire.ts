import * as z from 'zod';
import { cutPage } from '../driver/cut-page.ts';
import { ServiceError } from '../driver/service-error.ts';
import type { HistoryEvent } from './history.ts';

/** The members that all paged operations share; 0 means the default of 100 (SDK). */
export const pageMembers = { maxResults: z.int().min(0).max(1000).optional(), nextToken: z.string().optional() };

/** The page that a request asks for. */
export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** Cuts the page that a request asks for, see cutPage. @throws ServiceError InvalidToken. */
export function requestedPage<Item>(
  of: string,
  items: readonly Item[],
  numberOf: (item: Item) => number,
  { maxResults = 0, nextToken: token }: PageRequest,
): ReturnType<typeof cutPage<Item>> {
  const refusal = new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  return cutPage(items, numberOf, { of, size: maxResults === 0 ? 100 : maxResults, token, refusal });
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
