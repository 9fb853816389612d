/** The counts of a flow's steps, as `GET /flows/{flow}/counts` gives them, in the order of what is lost there. */

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

/** One step: the ways that somebody took by their last words (a key, a case, timeout), most taken first. */
export interface StepRow {
  step: string;
  ways: [way: string, count: number][];
  gaveUp: number;
  failed: number;
  ended: number;
}

/** Steps that somebody came to: where most give up or fail first, and else as the flow has them. */
export function byLoss(counts: FlowCounts): StepRow[] {
  return Object.entries(counts.steps)
    .map(([step, { chosen, gave_up, failed, ended }]) => ({
      step,
      ways: Object.entries(chosen)
        .filter(([, count]) => count > 0)
        .map(([way, count]): [string, number] => [way.replace(/^(keys|on|cases|results)\./, ''), count])
        .sort(([, one], [, other]) => other - one),
      gaveUp: gave_up,
      failed,
      ended,
    }))
    .filter(({ ways, gaveUp, failed, ended }) => ways.length > 0 || gaveUp + failed + ended > 0)
    .sort((one, other) => other.gaveUp + other.failed - (one.gaveUp + one.failed));
}
