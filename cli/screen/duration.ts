const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A length of time in milliseconds as people say it: `0.4 s`, `2 min 05 s`, `47 h 59 min`. */
export function duration(milliseconds: number): string {
  const length = Math.max(0, milliseconds);
  if (length < 10 * SECOND) return `${(length / SECOND).toFixed(1)} s`;
  const seconds = Math.floor(length / SECOND);
  if (length < MINUTE) return `${seconds} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(length / HOUR)} h ${String(Math.floor(length / MINUTE) % 60).padStart(2, '0')} min`;
}

/** An instant to the second, in UTC, as all of the release's records have it. */
export function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
