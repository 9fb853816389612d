/** What the plan calls its queues, tiers, numbers and reasons. */

import { labelled, text, type Label } from '../words/words.svelte';
import { ask } from './client';

interface Labelled {
  label: Label;
}

interface Plan {
  queues: Record<string, Labelled & { service_level: { within_s: number; share: number } }>;
  tiers: Record<string, Labelled>;
  access_numbers: Record<string, Labelled>;
  agents: Record<string, { name: string }>;
  skills: Record<string, Labelled>;
  reasons: Record<string, Labelled>;
  outcomes: Record<string, Labelled & { outcomes: Record<string, Labelled> }>;
}

let plan = $state.raw<Plan | undefined>(undefined);

/** Read the plan in force. Throws `Refused`. */
export async function readPlan(): Promise<void> {
  plan = await ask<Plan>('GET', 'plan');
}

export const queueLabel = (code: string): string => labelled(plan?.queues[code]?.label, code);
export const tierLabel = (code: string): string => labelled(plan?.tiers[code]?.label, code);
export const accessLabel = (number: string): string => labelled(plan?.access_numbers[number]?.label, '');
/** A reason for not being ready: one of the plan's, or that the agent's page was gone. */
export const reasonLabel = (code: string): string =>
  code === 'desk_gone' ? text('desk_gone') : labelled(plan?.reasons[code]?.label, code);

/** An agent's name, by his number; "" when the plan does not have him. */
export const agentName = (agent: string): string => plan?.agents[agent]?.name ?? '';

/** Every queue, in the plan's order. */
export const queueCodes = (): string[] => Object.keys(plan?.queues ?? {});

/** How high a tier stands in the plan's order, 0 the lowest; tiers are coloured by it. */
export function tierRank(code: string): number {
  return Math.max(0, Object.keys(plan?.tiers ?? {}).indexOf(code));
}

/** An outcome by its whole name, from `group.outcome`. */
export function outcomeLabel(code: string): string {
  const [group = '', one = ''] = code.split('.');
  const of = plan?.outcomes[group];
  const label = of?.outcomes[one]?.label;
  return label === undefined ? code : `${labelled(of?.label, group)} / ${labelled(label, one)}`;
}

/** The service level a queue aims at: a share answered within so many seconds. */
export function target(queue: string): { within_s: number; share: number } | undefined {
  return plan?.queues[queue]?.service_level;
}
