/** Times and spans as people read them. */

/** Seconds, as 0:07, 12:05 or 1:02:05; never below 0. */
export function clock(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** A range of time, as 0:20–1:30; – when it is not known. */
export function span(low: number | null, high: number | null): string {
  return low === null || high === null ? '–' : `${clock(low)}–${clock(high)}`;
}

/** How long something has lasted; – when it never began (0). */
export function lasting(since: number, now: number): string {
  return since > 0 ? clock(now - since) : '–';
}

/** A share as a whole per cent; – when there is nothing to share. */
export function percent(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)}%` : '–';
}

/** Midnight of this machine's day that holds `at`, ms. */
export function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Hour and minute of a moment. */
export function hour(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** Hour and minute of today, the date before it on any other day. */
export function moment(at: number, today: number, language: string): string {
  if (midnight(at) === midnight(today)) return hour(at, language);
  const day = new Intl.DateTimeFormat(language, { month: 'numeric', day: 'numeric' }).format(at);
  return `${day} ${hour(at, language)}`;
}
