import { expect, test } from 'vitest';
import { inSight } from './window';

test.each([
  [1000, 0, { from: 0, to: 26 }],
  [1000, 3600, { from: 94, to: 126 }],
  [1000, 35_280, { from: 974, to: 1000 }],
  [3, 0, { from: 0, to: 3 }],
  [3, 5000, { from: 3, to: 3 }],
])('of %i rows scrolled by %i px those in sight are drawn', (rows, scrolled, drawn) => {
  expect(inSight(rows, 36, scrolled, 720)).toEqual(drawn);
});
