/** An instant to the minute, `2026-06-03 10:00 UTC`, for a line that has no room for seconds. */
export function toTheMinute(at: string | Date): string {
  const iso = typeof at === 'string' ? at : at.toISOString();
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
