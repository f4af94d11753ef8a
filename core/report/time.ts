const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const instant = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/;

/**
 * Formats `2026-06-03T10:00:00.000Z` as `3 Jun 2026, 10:00:00 UTC`. Intl is not used, because its texts differ between
 * versions of Node.
 */
export function readable(iso: string): string {
  const [, year, month, day, time] = instant.exec(iso) ?? [];
  if (year === undefined || time === undefined) return iso;
  return `${Number(day)} ${months[Number(month) - 1] ?? '?'} ${year}, ${time} UTC`;
}

/** The time of day alone, for a list whose date is known. */
export function timeOfDay(iso: string): string {
  return instant.exec(iso)?.[4] ?? iso;
}

/** Formats a number of seconds as people say it: `0.26 s`, `12.4 s`, `3 min 20 s`, `1 h 5 min`. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** Seconds between two instants; NaN when one of the texts is not an instant. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
