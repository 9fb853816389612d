/** Whom an agent may consult, out of who is on a phone; pure, so that it can be told in tests. */

import type { ColleaguesFrame, ColleagueView } from '../api/generated';

export type Colleague = Pick<ColleagueView, 'agent' | 'name' | 'state' | 'queues'>;

/** One line of the list: whoever is free in a queue, or somebody. */
export type Choice = { queue: string; label: string; free: number } | { colleague: Colleague; free: boolean };

/** Who is on a phone after a frame, by 工号. */
export function merged(
  before: ReadonlyMap<string, ColleagueView> | null,
  frame: Pick<ColleaguesFrame, 'whole' | 'colleagues' | 'gone'>,
): ReadonlyMap<string, ColleagueView> {
  const now = new Map(frame.whole || before === null ? [] : before);
  for (const one of frame.colleagues) now.set(one.agent, one);
  for (const agent of frame.gone) now.delete(agent);
  return now;
}

/**
 * What the typed words leave: queues in which somebody is free, in the plan's order, then the free colleagues, then the
 * others, who are shown with what keeps them; both by 工号.
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
  const found = colleagues
    .filter((one) => fits(one.name, one.agent, ...one.queues.map(labelOf)))
    .sort((one, other) => one.agent.localeCompare(other.agent));
  const somebody = (is: boolean): Choice[] =>
    found.filter((one) => (one.state === 'idle') === is).map((colleague) => ({ colleague, free: is }));
  return [...ofQueues.filter((one) => one.free > 0 && fits(one.queue, one.label)), ...somebody(true), ...somebody(false)];
}

/** Tells the lines apart. */
export function codeOf(choice: Choice): string {
  return 'queue' in choice ? `queue:${choice.queue}` : `agent:${choice.colleague.agent}`;
}

/** What the API is asked for. */
export function wish(choice: Choice): { queue: string } | { agent: string } {
  return 'queue' in choice ? { queue: choice.queue } : { agent: choice.colleague.agent };
}
