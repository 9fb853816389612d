/** The day's curve as lines. */

import type { DayFrame } from '../api/generated';

/** Times in seconds, then visits entered, answered and abandoned. */
export type Lines = [number[], Figures, Figures, Figures];
/** null: still to come. */
type Figures = (number | null)[];

const FEWEST = 8;

/** Steps from the first with a visit to the last, at least eight, those without one as zeros; null before any visit. */
export function curve(day: Pick<DayFrame, 'since' | 'step_ms' | 'curve'>): Lines | null {
  const [first, last] = [day.curve[0]?.at, day.curve.at(-1)?.at];
  if (first === undefined || last === undefined) return null;
  const steps = new Map(day.curve.map((step) => [step.at, step]));
  const from = Math.max(day.since, Math.min(first, last - FEWEST * day.step_ms));
  const to = Math.max(last, from + FEWEST * day.step_ms);
  const lines: Lines = [[], [], [], []];
  for (let at = from; at <= to; at += day.step_ms) {
    const step = steps.get(at);
    lines[0].push(at / 1000);
    // What is still to come has no figures, not zeros.
    lines[1].push(at > last ? null : (step?.entered ?? 0));
    lines[2].push(at > last ? null : (step?.answered ?? 0));
    lines[3].push(at > last ? null : (step?.abandoned ?? 0));
  }
  return lines;
}
