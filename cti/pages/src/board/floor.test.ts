import { expect, test } from 'vitest';
import type { AgentView, BoardFrame, DayFigures } from '../api/generated';
import { counted, level, merged, summed } from './floor';

const agent = (name: string, state: AgentView['state'], extension: string | null = '8001'): AgentView =>
  ({ agent: name, state, extension }) as AgentView;
const frame = (whole: boolean, ...agents: AgentView[]): BoardFrame => ({ whole, agents, queues: [] }) as unknown as BoardFrame;
const figures = (answered: number, answered_within: number, abandoned: number): DayFigures => ({
  queue: 'q',
  entered: answered + abandoned,
  answered,
  answered_within,
  abandoned,
  abandoned_within: 0,
});

test('a frame changes the agents it brings and leaves the others, in their order', () => {
  const first = merged(null, frame(true, agent('1', 'idle'), agent('2', 'idle')));
  const next = merged(first, frame(false, agent('1', 'talking')));
  expect([...next.agents.values()].map((one) => [one.agent, one.state])).toEqual([
    ['1', 'talking'],
    ['2', 'idle'],
  ]);
});

test('a whole frame forgets agents that the plan lost', () => {
  const first = merged(null, frame(true, agent('1', 'idle'), agent('2', 'idle')));
  expect([...merged(first, frame(true, agent('2', 'idle'))).agents.keys()]).toEqual(['2']);
});

test('pending callbacks stay as they are until a frame brings others', () => {
  const pending = [{ contact: 'c1' }] as BoardFrame['callbacks'];
  const first = merged(null, { ...frame(true), callbacks: pending });
  expect(merged(first, { ...frame(false), callbacks: null }).callbacks).toEqual(pending);
  expect(merged(first, { ...frame(false), callbacks: [] }).callbacks).toEqual([]);
});

test('agents on no phone are in nobody’s count', () => {
  expect(counted([agent('1', 'away'), agent('2', 'away', null), agent('3', 'hold')])).toMatchObject({ away: 1, hold: 1 });
});

test('the service level is what was answered in time of what was answered or abandoned', () => {
  expect(level(figures(8, 6, 2))).toBe(0.6);
  expect(level(summed([figures(8, 8, 0), figures(2, 0, 0)]))).toBe(0.8);
  expect([level(undefined), level(figures(0, 0, 0))]).toEqual([null, null]);
});
