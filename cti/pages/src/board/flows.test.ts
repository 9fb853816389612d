import { expect, test } from 'vitest';
import { byLoss, wayText } from './flows';

const nobody = { chosen: { next: 0 }, gave_up: 0, failed: 0, ended: 0 };

test('steps stand in the order of what is lost there, ways in that of who took them', () => {
  const rows = byLoss({
    flow: 'main',
    since: 0,
    at: 1,
    steps: {
      answer: { ...nobody, chosen: { next: 9 } },
      menu: { chosen: { 'keys.1': 2, 'keys.2': 5, 'on.timeout': 0 }, gave_up: 2, failed: 0, ended: 0 },
      look: { ...nobody, failed: 3 },
      person: { ...nobody, chosen: {}, ended: 4 },
      unused: nobody,
    },
  });
  expect(rows.map((row) => row.step)).toEqual(['look', 'menu', 'answer', 'person']);
  expect(rows[1]?.ways).toEqual([
    ['keys.2', 5],
    ['keys.1', 2],
  ]);
});

test.each([
  ['next', { text: 'goes_next' }],
  ['on.timeout', { text: 'goes_timeout' }],
  ['closed', { text: 'goes_closed' }],
  ['cases.closed', { word: 'closed' }],
  ['keys.1', { word: '1' }],
])('a way is named by the language, a case by its flow: %s', (way, named) => {
  expect(wayText(way)).toEqual(named);
});
