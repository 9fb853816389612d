/** The counts of a flow's steps, as `GET /flows/{flow}/counts` gives them, in the order of what is lost there. */

import type { Text } from '../words/words.svelte';

export interface StepCounts {
  chosen: Record<string, number>;
  gave_up: number;
  failed: number;
  ended: number;
}

export interface FlowCounts {
  flow: string;
  since: number;
  at: number;
  steps: Record<string, StepCounts>;
}

/** One step: the ways that somebody took, as the API names them, most taken first. */
export interface StepRow {
  step: string;
  ways: [way: string, count: number][];
  gaveUp: number;
  failed: number;
  ended: number;
}

/** What the flow language calls a way, in the reader's words; keys and cases are the flow's own, and none of these. */
const WORDS: Partial<Record<string, Text>> = {
  next: 'goes_next',
  otherwise: 'goes_otherwise',
  open: 'goes_open',
  closed: 'goes_closed',
  zero: 'goes_zero',
  'account.zero': 'goes_zero',
  'pin.zero': 'goes_zero',
  'on.timeout': 'goes_timeout',
  'on.invalid': 'goes_invalid',
  'on.unknown': 'goes_unknown',
  'on.refused': 'goes_refused',
  'on.locked': 'goes_locked',
  'on.none': 'goes_none',
  'on.nobody': 'goes_nobody',
  'on.empty': 'goes_empty',
  'on.busy': 'goes_busy',
  'results.chosen': 'goes_chosen',
  'results.person': 'goes_person',
  'results.none': 'goes_none',
};

/** The text that names a way, or its own last word: a key, a case. */
export function wayText(way: string): { text: Text } | { word: string } {
  const known = WORDS[way];
  return known ? { text: known } : { word: way.replace(/^(keys|on|cases|results)\./, '') };
}

/** Steps that somebody came to: where most give up or fail first, and else as the flow has them. */
export function byLoss(counts: FlowCounts): StepRow[] {
  return Object.entries(counts.steps)
    .map(([step, { chosen, gave_up, failed, ended }]) => ({
      step,
      ways: Object.entries(chosen)
        .filter(([, count]) => count > 0)
        .sort(([, one], [, other]) => other - one),
      gaveUp: gave_up,
      failed,
      ended,
    }))
    .filter(({ ways, gaveUp, failed, ended }) => ways.length > 0 || gaveUp + failed + ended > 0)
    .sort((one, other) => other.gaveUp + other.failed - (one.gaveUp + one.failed));
}
