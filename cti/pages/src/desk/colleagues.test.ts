import { describe, expect, test } from 'vitest';
import { type Choice, choices, codeOf, type Colleague, merged, wish } from './colleagues';

const LABELS: Record<string, string> = { service: '综合服务', repair: '故障报修' };
const label = (queue: string): string => LABELS[queue] ?? queue;
const one = (agent: string, name: string, state: Colleague['state'], ...queues: string[]): Colleague => ({ agent, name, state, queues });
const FLOOR = [
  one('1002', '坐席乙', 'talking', 'service'),
  one('1003', '坐席丙', 'idle', 'repair'),
  one('1004', 'Ann', 'idle', 'service', 'repair'),
];
const found = (typed = '', floor = FLOOR): Choice[] => choices(floor, ['service', 'repair', 'night'], label, typed);
const named = (all: Choice[]): string[] => all.map((each) => ('queue' in each ? `${each.queue} ${each.free}` : each.colleague.agent));

describe('whom an agent may consult', () => {
  test('queues with somebody free come first, then who is free, then the others', () => {
    expect(named(found())).toEqual(['service 1', 'repair 2', '1003', '1004', '1002']);
  });

  test('a name, a number or what somebody serves finds him, in whatever letters', () => {
    expect(named(found('ann'))).toEqual(['1004']);
    expect(named(found('1002'))).toEqual(['1002']);
    expect(named(found('报修'))).toEqual(['repair 2', '1003', '1004']);
    expect(named(found('nobody'))).toEqual([]);
  });

  test('with nobody free no queue can be asked, and the others say what keeps them', () => {
    const busy = FLOOR.map((each) => ({ ...each, state: 'wrap_up' as const }));
    expect(found('', busy).map((each) => each.free)).toEqual([false, false, false]);
  });

  test('the API is asked for a queue or for somebody', () => {
    expect(found('报修').map(wish)).toEqual([{ queue: 'repair' }, { agent: '1003' }, { agent: '1004' }]);
  });

  test('whoever changes his state stays the same line', () => {
    expect(found('报修').map(codeOf)).toEqual(['queue:repair', 'agent:1003', 'agent:1004']);
  });

  test('frames bring who changed and take away who is gone, the first of a socket begins anew', () => {
    const first = merged(null, { whole: true, colleagues: FLOOR, gone: [] });
    const next = merged(first, { whole: false, colleagues: [one('1002', '坐席乙', 'idle', 'service')], gone: ['1004'] });
    expect([...next.values()].map((each) => [each.agent, each.state])).toEqual([
      ['1002', 'idle'],
      ['1003', 'idle'],
    ]);
    expect([...merged(next, { whole: true, colleagues: [], gone: [] }).keys()]).toEqual([]);
  });

  test('who comes later is found by his number', () => {
    expect(named(found('', [one('1009', '坐席壬', 'idle'), one('1003', '坐席丙', 'idle')]))).toEqual(['1003', '1009']);
  });
});
