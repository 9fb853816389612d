/** Work that the API may refuse, and what it said the last time. */

import { Refused } from '../api/client';
import { text } from '../words/words.svelte';

export class Attempt {
  /** Why it was refused, for the reader; empty: it was done. */
  refused = $state('');
  /** The same without its details, which are not in the reader's language. */
  title = $state('');
  /** What sort of refusal it was, as docs/api.md names it; empty: none. */
  sort = $state('');

  /** Do it, and keep what the API says against it; whether it was done. */
  async at(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.refused = this.title = this.sort = '';
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused = error.message || text('unreachable');
      this.title = error.title || text('unreachable');
      this.sort = error.type.split(':').at(-1) ?? '';
      return false;
    }
  }
}
