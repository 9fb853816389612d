import { expect, test } from 'vitest';
import { filled } from './fill';
import { texts } from './texts';

test('a text is filled with its values, and what has none is left standing', () => {
  expect(filled('{n} waiting in {queue}', { n: 3 })).toBe('3 waiting in {queue}');
});

test.each(Object.entries(texts))('%s says the same values in both languages', (_, [chinese, english]) => {
  const values = (said: string) => (said.match(/\{\w+\}/g) ?? []).sort();
  expect(values(chinese)).toEqual(values(english));
});
