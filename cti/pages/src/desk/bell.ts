/** The ring that an agent hears: the tone of Chinese exchanges, 450 Hz, 1 s on and 4 s off (GF 002-9002). */

const HERTZ = 450;
const ON_S = 1;
const CYCLE_S = 5;
const LOUDNESS = 0.12;

export class Bell {
  #context: AudioContext | undefined;
  #stop: (() => void) | undefined;

  /** Ring until `stop`, on this output device; '' is the machine's own. */
  ring(device: string): void {
    if (this.#stop !== undefined) return;
    const context = (this.#context ??= new AudioContext());
    // Before the first click on a page browsers keep it silent; the pop and the notification are there all the same.
    void context.resume().catch(() => undefined);
    void sound(context, device);
    const tone = new OscillatorNode(context, { frequency: HERTZ });
    const loudness = new GainNode(context, { gain: 0 });
    tone.connect(loudness).connect(context.destination);
    const beat = (): void => {
      const at = context.currentTime;
      loudness.gain.setTargetAtTime(LOUDNESS, at, 0.01);
      loudness.gain.setTargetAtTime(0, at + ON_S, 0.01);
    };
    tone.start();
    beat();
    const again = setInterval(beat, CYCLE_S * 1000);
    this.#stop = () => {
      clearInterval(again);
      tone.stop();
      tone.disconnect();
    };
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}

async function sound(context: AudioContext, device: string): Promise<void> {
  const routed = context as AudioContext & { setSinkId?: (device: string) => Promise<void> };
  await routed.setSinkId?.(device).catch(() => undefined);
}
