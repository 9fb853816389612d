import { expect, test } from 'vitest';
import { curve } from './curve';

const STEP = 900_000;
const step = (number: number, entered: number) => ({ at: number * STEP, entered, answered: entered - 1, abandoned: 1 });
const day = (...steps: ReturnType<typeof step>[]) => ({ since: 0, step_ms: STEP, curve: steps });

test('a day without a visit has no curve', () => {
  expect(curve(day())).toBeNull();
});

test('steps without a visit are zeros, and a short day is drawn over two hours', () => {
  const lines = curve(day(step(40, 5), step(42, 7)));
  expect(lines?.[0]).toEqual([34, 35, 36, 37, 38, 39, 40, 41, 42].map((number) => number * 900));
  expect(lines?.[1]).toEqual([0, 0, 0, 0, 0, 0, 5, 0, 7]);
  expect(lines?.[2]?.slice(-3)).toEqual([4, 0, 6]);
});

test('just after midnight what is still to come has no figures', () => {
  expect(curve(day(step(0, 3)))?.[1]).toEqual([3, ...Array<null>(8).fill(null)]);
});
