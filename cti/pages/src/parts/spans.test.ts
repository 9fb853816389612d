import { expect, test } from 'vitest';
import { clock, lasting, midnight, moment, percent, span } from './spans';

test.each([
  [-5, '0:00'],
  [7_900, '0:07'],
  [725_000, '12:05'],
  [3_725_000, '1:02:05'],
])('%i ms are read as %s', (ms, read) => {
  expect(clock(ms)).toBe(read);
});

test('a share of nothing is no share', () => {
  expect([percent(8, 10), percent(0, 0)]).toEqual(['80%', '–']);
});

test('a moment of another day names the day', () => {
  const noon = midnight(Date.UTC(2026, 3, 10, 12)) + 12 * 3_600_000;
  expect(moment(noon, noon + 1000, 'zh-CN')).toBe('12:00');
  expect(moment(noon, noon + 86_400_000, 'zh-CN')).toMatch(/\/\d+ 12:00$/);
});

test('what never began has lasted no time', () => {
  expect([lasting(0, 5000), lasting(1000, 5000)]).toEqual(['–', '0:04']);
});

test('a range is read from its low end to its high end, an unknown one is –', () => {
  expect([span(20_000, 90_000), span(null, null)]).toEqual(['0:20–1:30', '–']);
});
