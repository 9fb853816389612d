/** Work that the API may refuse, and what it said the last time. */

import { Refused } from '../api/client';
import { text } from '../words/words.svelte';

export class Attempt {
  /** Why it was refused, for the reader; empty: it was done. */
  refused = $state('');

  /** Do it, and keep what the API says against it. */
  async at(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.refused = '';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused = error.message || text('unreachable');
    }
  }
}
