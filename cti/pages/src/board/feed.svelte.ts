/** Everything a board or a wall is pushed. */

import type { BoardFrame, DayFrame, Refusal } from '../api/generated';
import { Live } from '../api/live.svelte';
import { readPlan } from '../api/plan.svelte';
import { forget } from '../api/session.svelte';
import { type Floor, merged } from './floor';

export class Feed {
  floor = $state.raw<Floor | null>(null);
  day = $state.raw<DayFrame | null>(null);
  readonly live: Live<BoardFrame | Refusal>;
  #days: Live<DayFrame | Refusal>;

  constructor() {
    this.live = new Live<BoardFrame | Refusal>('board', false, { take: (frame) => this.#take(frame), over: forget });
    this.#days = new Live<DayFrame | Refusal>('day', false, {
      take: (frame) => {
        if (frame.type === 'day') this.day = frame;
      },
      over: forget,
    });
  }

  close(): void {
    this.live.close();
    this.#days.close();
  }

  #take(frame: BoardFrame | Refusal): void {
    if (frame.type !== 'board') return;
    // A whole frame comes first, and after a new plan.
    if (frame.whole) void readPlan().catch(() => undefined);
    this.floor = merged(this.floor, frame);
  }
}
