/** One tab of a browser is the desk: it holds a lock, a second one says so and may take it. */

const PATIENCE_MS = 1000;

export class Tab {
  place = $state<'asking' | 'here' | 'elsewhere'>('asking');
  #name: string;

  /** `login`: whose desk. */
  constructor(login: string) {
    this.#name = `hotline.desk.${login}`;
    // A page loaded anew waits a moment for its own former self to let go.
    void this.#ask({ signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  /** Make this tab the desk; the other one stops being it. */
  take(): void {
    void this.#ask({ steal: true });
  }

  async #ask(options: LockOptions): Promise<void> {
    if (navigator.locks === undefined) {
      // No locks without https: nothing tells tabs apart there.
      this.place = 'here';
      return;
    }
    try {
      await navigator.locks.request(this.#name, options, () => {
        this.place = 'here';
        return new Promise<never>(() => undefined);
      });
    } catch {
      this.place = 'elsewhere';
    }
  }
}
