import { expect, test } from 'vitest';
import { peaks } from './waves';

test('each stretch is as loud as its loudest value, whichever way it swings', () => {
  const side = Float32Array.from([0, -0.5, 0.25, 0, 0, 1]);
  expect([...peaks(side, 3)]).toEqual([0.5, 0.25, 1]);
});

test('a recording shorter than its shape leaves the rest silent', () => {
  expect([...peaks(Float32Array.from([1]), 3)]).toEqual([1, 0, 0]);
});
