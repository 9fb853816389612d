import { expect, test } from 'vitest';
import { stepped } from './choices';

test('the arrows stop at what can be chosen, and stay at the ends', () => {
  const can = [true, false, true, true, false];
  expect(stepped(can, 0, 1)).toBe(2);
  expect(stepped(can, 2, -1)).toBe(0);
  expect(stepped(can, 3, 1)).toBe(3);
  expect(stepped(can, 0, -1)).toBe(0);
});

test('with the marked one gone, a step down comes to the first', () => {
  expect(stepped([false, true], -1, 1)).toBe(1);
});
