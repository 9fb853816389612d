/** Whom an agent may consult, out of who is on a phone; pure, so that it can be told in tests. */

import type { ColleagueView } from '../api/generated';

export type Colleague = Pick<ColleagueView, 'agent' | 'name' | 'state' | 'queues'>;

/** One line of the list: whoever is free in a queue, or somebody. */
export type Choice = { queue: string; label: string; free: number } | { colleague: Colleague; free: boolean };

/** As many as are drawn; more are found by typing. */
export const MOST = 60;

/**
 * What the typed words leave: queues in which somebody is free, in the plan's order, then the free colleagues, then the
 * others, who are shown with what keeps them.
 */
export function choices(
  colleagues: readonly Colleague[],
  queues: readonly string[],
  labelOf: (queue: string) => string,
  typed: string,
): Choice[] {
  const wanted = typed.trim().toLowerCase();
  const fits = (...words: string[]): boolean => words.some((word) => word.toLowerCase().includes(wanted));
  const free = colleagues.filter((one) => one.state === 'idle');
  const ofQueues = queues.map((queue) => ({
    queue,
    label: labelOf(queue),
    free: free.filter((one) => one.queues.includes(queue)).length,
  }));
  const found = colleagues.filter((one) => fits(one.name, one.agent, ...one.queues.map(labelOf)));
  const somebody = (is: boolean): Choice[] =>
    found.filter((one) => (one.state === 'idle') === is).map((colleague) => ({ colleague, free: is }));
  return [...ofQueues.filter((one) => one.free > 0 && fits(one.queue, one.label)), ...somebody(true), ...somebody(false)];
}

/** What the API is asked for. */
export function wish(choice: Choice): { queue: string } | { agent: string } {
  return 'queue' in choice ? { queue: choice.queue } : { agent: choice.colleague.agent };
}

/** The line that is marked after a step up or down: the next one that can be chosen, or the same. */
export function moved(found: readonly Choice[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < found.length; at += step) if (found[at]?.free) return at;
  return from;
}
