import { describe, expect, test } from 'vitest';
import type { AgentView, DeskFrame, Pop } from '../api/generated';
import { after, hasCaller, mayConsult, type Shown } from './shown';

const agent = (state: AgentView['state'], contact: string | null = null): AgentView => ({
  agent: '1001',
  name: 'A',
  extension: '8001',
  intent: 'ready',
  reason: '',
  state,
  since: 100,
  set_aside: null,
  reachable: true,
  desk: true,
  offer: contact === null ? null : 7,
  contact,
  wrap_up_until: null,
  contacts: 0,
  rejoin_until: null,
  no_audio_caller: null,
  no_audio_agent: null,
  queue: null,
  tier: null,
  outside: false,
  auto_answer: false,
  misses: 0,
  aside_until: null,
  reason_since: null,
  overrun: false,
  break_place: null,
  break_reason: '',
  break_by: '',
  wrap_up_left_ms: 0,
  wrap_up_step_ms: 0,
  dialling: false,
  called_up: false,
  switched: [],
  consults: null,
  consult_since: null,
  consulted_by: null,
});

const pop = { contact: 'c1', offer: 7, caller: '138****5678', last_contacts: [] } as unknown as Pop;
const snapshot: DeskFrame = {
  type: 'snapshot',
  seq: 1,
  at: 1,
  agent: agent('idle'),
  pop: null,
  missing: [],
  outcomes: [],
  reasons: [],
  delayed: false,
};
const told = (...frames: DeskFrame[]): Shown => {
  const shown = [snapshot, ...frames].reduce<Shown | null>(after, null);
  if (shown === null) throw new Error('nothing shown');
  return shown;
};
const popped: DeskFrame = { type: 'pop', seq: 2, at: 2, agent: agent('reserved', 'c1'), pop };
const ring: DeskFrame = {
  type: 'ring',
  seq: 3,
  at: 3,
  agent: agent('ringing', 'c1'),
  offer: 7,
  pop: 'acknowledged',
  expires_at: 15_003,
};
const talk: DeskFrame = { type: 'talk_started', seq: 4, at: 4000, agent: agent('talking', 'c1'), offer: 7, contact: 'c1' };

describe('what the desk shows', () => {
  test('frames before the first snapshot show nothing', () => {
    expect(after(null, popped)).toBeNull();
  });

  test('a pop is there before the ring, and the ring says how long it may last', () => {
    expect(told(popped)).toMatchObject({ pop: { contact: 'c1' }, ring: null });
    expect(told(popped, ring).ring).toEqual({ offer: 7, until: 15_003 });
  });

  test('details that arrive later replace the pop of the same contact only', () => {
    const details = (contact: string): DeskFrame => ({
      type: 'details',
      seq: 3,
      at: 3,
      pop: { ...pop, contact, tier: 'gold' },
    });
    expect(told(popped, details('c1')).pop?.tier).toBe('gold');
    expect(told(popped, details('c2')).pop?.contact).toBe('c1');
  });

  test('an offer that came to nothing takes its pop away and says why', () => {
    const ended: DeskFrame = {
      type: 'offer_ended',
      seq: 4,
      at: 4,
      agent: agent('away'),
      offer: 7,
      contact: 'c1',
      why: 'expired',
    };
    expect(told(popped, ring, ended)).toMatchObject({ pop: null, ring: null, missed: 'expired' });
  });

  test('a callback whose customer was not reached is not told as a caller who hung up', () => {
    const called: DeskFrame = { ...popped, pop: { ...pop, callback: { number: '138', asked_at: 1, tries: 0 } } } as DeskFrame;
    const ended = { type: 'offer_ended', seq: 4, at: 4, agent: agent('reserved', 'c1'), offer: 7, contact: 'c1' } as const;
    expect(told(called, { ...ended, why: 'withdrawn' }).missed).toBe('callback');
    expect(told(popped, { ...ended, why: 'withdrawn' }).missed).toBe('withdrawn');
  });

  test('a talk lasts from its start through holds, and the pop stays for the wrap-up', () => {
    const held: DeskFrame = { type: 'state', seq: 5, at: 9000, agent: agent('hold', 'c1'), fact: 'HoldStarted' };
    expect(told(popped, ring, talk, held).talkSince).toBe(4000);
    const over: DeskFrame = {
      type: 'talk_ended',
      seq: 6,
      at: 9500,
      agent: agent('wrap_up', 'c1'),
      offer: 7,
      contact: 'c1',
      cause: 'hung_up',
      outcomes: [],
    };
    expect(told(popped, ring, talk, over)).toMatchObject({ talkSince: null, pop: { contact: 'c1' } });
  });

  describe('a consult', () => {
    const held = { ...agent('hold', 'c1'), consults: '1002' };
    const asked: DeskFrame = { type: 'state', seq: 5, at: 5000, agent: held, fact: 'ConsultOffered' };
    const gone = (why: 'expired' | 'withdrawn', state: 'hold' | 'talking' = 'hold'): DeskFrame => ({
      type: 'consult_ended',
      seq: 6,
      at: 6000,
      agent: agent(state, 'c1'),
      offer: 7,
      colleague: '1002',
      why,
    });

    test('that came to nothing says why while the caller is on hold', () => {
      expect(told(popped, ring, talk, asked, gone('expired')).consultEnded).toEqual({ colleague: '1002', why: 'expired' });
      const back: DeskFrame = { type: 'state', seq: 7, at: 7000, agent: agent('talking', 'c1'), fact: 'HoldEnded' };
      expect(told(popped, ring, talk, asked, gone('expired'), back).consultEnded).toBeNull();
    });

    test('is said no more once another colleague is asked', () => {
      expect(told(popped, ring, talk, asked, gone('expired'), { ...asked, seq: 8 }).consultEnded).toBeNull();
    });

    test('that the agent ended by going back to the caller has nothing to say', () => {
      expect(told(popped, ring, talk, asked, gone('withdrawn', 'talking')).consultEnded).toBeNull();
    });

    test('can be asked for in a talk of one’s own, once at a time', () => {
      expect(mayConsult(agent('talking', 'c1'))).toBe(true);
      expect(mayConsult(agent('hold', 'c1'))).toBe(true);
      expect(mayConsult(agent('wrap_up', 'c1'))).toBe(false);
      expect(mayConsult(held)).toBe(false);
      expect(mayConsult({ ...agent('talking', 'c1'), consulted_by: '1002' })).toBe(false);
      expect(mayConsult({ ...agent('talking', 'c1'), dialling: true })).toBe(false);
      expect(mayConsult({ ...agent('talking', 'c1'), rejoin_until: 9 })).toBe(false);
    });

    test('leaves the caller with the agent, unless he is the one who is asked', () => {
      expect(hasCaller(held)).toBe(true);
      expect(hasCaller({ ...agent('talking', 'c1'), consulted_by: '1002' })).toBe(false);
    });
  });

  test('that the records are late is said until they are not', () => {
    const late: DeskFrame = { type: 'delay', seq: 5, at: 5, agent: agent('idle'), delayed: true };
    expect(told(late).delayed).toBe(true);
    expect(told(late, { ...late, delayed: false }).delayed).toBe(false);
    expect(after(null, { ...snapshot, delayed: true })?.delayed).toBe(true);
  });

  test('a page that comes back in a talk reckons it from the state it finds', () => {
    expect(after(null, { ...snapshot, agent: agent('talking', 'c1'), pop })?.talkSince).toBe(100);
  });
});
