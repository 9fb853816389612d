/** The floor as a board keeps it: frames bring all queues, and the agents that changed. */

import type { AgentView, BoardFrame, CallbackView, DayFigures } from '../api/generated';

export interface Floor {
  frame: BoardFrame;
  /** By 工号, in the plan's order. */
  agents: ReadonlyMap<string, AgentView>;
  /** Who is to be called back, the oldest place first. */
  callbacks: readonly CallbackView[];
}

/** What is shown after a frame. */
export function merged(before: Floor | null, frame: BoardFrame): Floor {
  const agents = new Map(frame.whole || before === null ? [] : before.agents);
  for (const agent of frame.agents) agents.set(agent.agent, agent);
  return { frame, agents, callbacks: frame.callbacks ?? before?.callbacks ?? [] };
}

export type AgentState = AgentView['state'];
export const STATES: readonly AgentState[] = ['idle', 'reserved', 'ringing', 'talking', 'hold', 'wrap_up', 'away'];

/** How many agents are in each state; those on no phone are left out. */
export function counted(agents: Iterable<AgentView>): Record<AgentState, number> {
  const counts = { idle: 0, reserved: 0, ringing: 0, talking: 0, hold: 0, wrap_up: 0, away: 0 };
  for (const agent of agents) if (agent.extension !== null) counts[agent.state] += 1;
  return counts;
}

/** The sum of some queues' figures. */
export function summed(figures: readonly DayFigures[]): DayFigures {
  const sum = { queue: '', entered: 0, answered: 0, answered_within: 0, abandoned: 0, abandoned_within: 0 };
  for (const one of figures) {
    sum.entered += one.entered;
    sum.answered += one.answered;
    sum.answered_within += one.answered_within;
    sum.abandoned += one.abandoned;
    sum.abandoned_within += one.abandoned_within;
  }
  return sum;
}

/** The share answered in time of those answered or abandoned, 0 to 1; null when there were none. */
export function level(figures: DayFigures | undefined): number | null {
  const ended = (figures?.answered ?? 0) + (figures?.abandoned ?? 0);
  return figures === undefined || ended === 0 ? null : figures.answered_within / ended;
}
