/** Whether the page or the machine slept: then pushes and calls were missed, and the agent should know. */

const LOOK_MS = 5000;
/** A hidden page's timers may run once a minute only; longer is sleep. */
const ASLEEP_MS = 90_000;

export class Wakefulness {
  /** How long the page slept, ms; 0: not since it was last dismissed. */
  slept = $state(0);
  #last = Date.now();
  #looking: ReturnType<typeof setInterval>;
  #screen: WakeLockSentinel | undefined;
  #woke: () => void;

  /** `woke` is called when it wakes. */
  constructor(woke: () => void) {
    this.#woke = woke;
    this.#looking = setInterval(this.#look, LOOK_MS);
    document.addEventListener('resume', this.#look);
    document.addEventListener('visibilitychange', this.#keepScreen);
    void this.#keepScreen();
  }

  dismiss(): void {
    this.slept = 0;
  }

  close(): void {
    clearInterval(this.#looking);
    document.removeEventListener('resume', this.#look);
    document.removeEventListener('visibilitychange', this.#keepScreen);
    void this.#screen?.release();
  }

  #look = (): void => {
    const gap = Date.now() - this.#last;
    this.#last = Date.now();
    if (gap < ASLEEP_MS) return;
    this.slept = gap;
    this.#woke();
  };

  /** A visible desk keeps its machine awake where the browser lets it. */
  #keepScreen = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || navigator.wakeLock === undefined) return;
    this.#screen = await navigator.wakeLock.request('screen').catch(() => undefined);
  };
}
