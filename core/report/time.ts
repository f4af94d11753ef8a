const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const instant = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/;

/**
 * Formats an instant, `2026-06-03T10:00:00.000Z`, as `3 Jun 2026, 10:00:00 UTC`. Intl is not used, because its texts
 * differ between versions of Node.
 */
export function readable(at: string | Date): string {
  const iso = typeof at === 'string' ? at : at.toISOString();
  const [, year, month, day, time] = instant.exec(iso) ?? [];
  if (year === undefined || time === undefined) return iso;
  return `${Number(day)} ${months[Number(month) - 1] ?? '?'} ${year}, ${time} UTC`;
}

/** The time of day alone, for a list whose date is known. */
export function timeOfDay(iso: string): string {
  return instant.exec(iso)?.[4] ?? iso;
}

/**
 * Formats a number of seconds as people say it: `0.26 s`, `12.4 s`, `3 min 05 s`, `47 h 59 min`; empty for NaN. The
 * last digit is rounded down, so that no part reaches 60 and nothing is said to have taken longer than it did.
 */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  const hundredths = Math.max(0, Math.floor(Math.round(seconds * 1000) / 10));
  if (hundredths < 1000) return `${(hundredths / 100).toFixed(2)} s`;
  if (hundredths < 6000) return `${(Math.floor(hundredths / 10) / 10).toFixed(1)} s`;
  const minutes = Math.floor(hundredths / 6000);
  if (minutes < 60) return `${minutes} min ${twoDigits(Math.floor(hundredths / 100) % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Seconds between two instants; NaN when one of the texts is not an instant. */
export function secondsBetween(from: string | Date, to: string | Date): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}
