import { expect, test } from 'vitest';
import { byLoss } from './flows';

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
    ['2', 5],
    ['1', 2],
  ]);
});
