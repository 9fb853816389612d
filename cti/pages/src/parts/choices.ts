/** A list to choose from; pure, so that it can be told in tests. */

/** As many as are drawn; more are found by typing. */
export const MOST = 60;

/** The place that is marked after a step up or down: the next one that can be chosen, or the same. */
export function stepped(can: readonly boolean[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < can.length; at += step) if (can[at]) return at;
  return from;
}
