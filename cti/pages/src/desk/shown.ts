/** What the desk shows, worked out frame by frame; pure, so that it can be told in tests. */

import type { AgentView, DeskFrame, MissingOutcome, OutcomeChoice, Pop, ReasonChoice } from '../api/generated';

/** Ask the API for something; what it refuses is said on the page. */
export type Act = (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => Promise<boolean>;

export interface Ring {
  offer: number;
  /** The offer expires then. */
  until: number;
}

/** A colleague who is gone from a consult, and was not handed the caller. */
export interface ConsultEnded {
  colleague: string;
  why: Extract<DeskFrame, { type: 'consult_ended' }>['why'];
}

export interface Shown {
  agent: AgentView;
  /** The contact he is offered, talks with or wraps up. */
  pop: Pop | null;
  ring: Ring | null;
  /** When the talk began, ms; null while there is none. */
  talkSince: number | null;
  /** Why the last offer came to nothing. */
  missed: string | null;
  /** How the last consult came to nothing, while the caller is still on hold. */
  consultEnded: ConsultEnded | null;
  missing: readonly MissingOutcome[];
  outcomes: readonly OutcomeChoice[];
  reasons: readonly ReasonChoice[];
  /** The records are late. */
  delayed: boolean;
}

const IN_TALK: readonly AgentView['state'][] = ['talking', 'hold'];

/** Whether caller and agent are in a talk. */
export function inTalk(agent: AgentView): boolean {
  return IN_TALK.includes(agent.state);
}

/** Whether the agent has a caller with whom he could do something: not while he is asked himself, or none is there yet. */
export function hasCaller(agent: AgentView): boolean {
  return inTalk(agent) && agent.consulted_by === null && !agent.dialling;
}

/** Whether a colleague can be asked now. */
export function mayConsult(agent: AgentView): boolean {
  return hasCaller(agent) && agent.consults === null && agent.rejoin_until === null;
}

/** What is shown after a frame; null until the first snapshot. */
export function after(shown: Shown | null, frame: DeskFrame): Shown | null {
  if (frame.type === 'snapshot') {
    const { agent, pop, missing, outcomes, reasons, delayed } = frame;
    const talkSince = inTalk(agent) ? agent.since : null;
    return { agent, pop, ring: null, talkSince, missed: null, consultEnded: null, missing, outcomes, reasons, delayed };
  }
  if (shown === null) return null;
  if (frame.type === 'details') {
    return shown.pop?.contact === frame.pop.contact ? { ...shown, pop: frame.pop } : shown;
  }
  return settled({ ...shown, ...changes(frame, shown.pop), agent: frame.agent });
}

type Moving = Exclude<DeskFrame, { type: 'snapshot' | 'details' }>;

function changes(frame: Moving, pop: Pop | null): Partial<Shown> {
  switch (frame.type) {
    case 'pop':
      return { pop: frame.pop, missed: null };
    case 'ring':
      return { ring: { offer: frame.offer, until: frame.expires_at } };
    case 'offer_ended':
      return { missed: frame.why === 'withdrawn' && pop?.callback ? 'callback' : frame.why };
    case 'talk_started':
      return { talkSince: frame.at };
    case 'consult_ended':
      return { consultEnded: { colleague: frame.colleague, why: frame.why } };
    case 'talk_ended':
      return { outcomes: frame.outcomes };
    case 'wrap_up_ended':
    case 'outcome_saved':
      return { missing: frame.missing };
    case 'plan':
      return { outcomes: frame.outcomes, reasons: frame.reasons };
    case 'delay':
      return { delayed: frame.delayed };
    case 'state':
      return frame.agent.state === 'idle' ? { missed: null } : {};
  }
}

/** What an agent's state leaves standing: no pop without its contact, no ring but a ringing one, no talk outside of one. */
function settled(shown: Shown): Shown {
  const { agent, pop, ring, talkSince, consultEnded } = shown;
  return {
    ...shown,
    pop: pop !== null && pop.contact === agent.contact ? pop : null,
    ring: agent.state === 'reserved' || agent.state === 'ringing' ? ring : null,
    talkSince: inTalk(agent) ? (talkSince ?? agent.since) : null,
    consultEnded: agent.state === 'hold' && agent.consults === null ? consultEnded : null,
  };
}
