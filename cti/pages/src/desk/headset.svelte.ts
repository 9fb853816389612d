/** The microphone and the speakers of a browser phone: which ones, and whether they are there. */

export type Use = 'microphone' | 'speaker' | 'bell';
const KIND: Record<Use, MediaDeviceKind> = { microphone: 'audioinput', speaker: 'audiooutput', bell: 'audiooutput' };

/** Why there is no microphone. `insecure`: browsers give one to https and localhost only. */
export type Lack = 'insecure' | 'refused' | 'missing';

export class Headset {
  /** Why there is no microphone; null while there is one. */
  lack = $state<Lack | null>(null);
  devices = $state<MediaDeviceInfo[]>([]);
  chosen = $state<Record<Use, string>>({ microphone: kept('microphone'), speaker: kept('speaker'), bell: kept('bell') });
  #stream: MediaStream | undefined;
  /** Called when another microphone is in use, in mid-call too. */
  changed: (track: MediaStreamTrack) => void = () => undefined;

  /** Open the microphone and keep it open, so that losing it shows before a call does. */
  async open(): Promise<void> {
    if (!isSecureContext || navigator.mediaDevices === undefined) {
      this.lack = 'insecure';
      return;
    }
    navigator.mediaDevices.addEventListener('devicechange', this.#look);
    await this.#listen();
  }

  /** The open microphone; undefined while there is none. */
  get stream(): MediaStream | undefined {
    return this.lack === null ? this.#stream : undefined;
  }

  /** The machine's devices of one use. */
  of(use: Use): MediaDeviceInfo[] {
    return this.devices.filter((device) => device.kind === KIND[use]);
  }

  /** Use this device from now on; kept for the next visit. */
  async choose(use: Use, device: string): Promise<void> {
    this.chosen[use] = device;
    localStorage.setItem(`hotline.${use}`, device);
    if (use === 'microphone') await this.#listen();
  }

  close(): void {
    if (navigator.mediaDevices !== undefined) navigator.mediaDevices.removeEventListener('devicechange', this.#look);
    this.#hush();
  }

  async #listen(): Promise<void> {
    const wanted = this.chosen.microphone;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted ? { deviceId: { ideal: wanted } } : true });
      this.#hush();
      this.#stream = stream;
      const [track] = stream.getAudioTracks();
      if (track === undefined) throw new DOMException('no track', 'NotFoundError');
      track.onended = () => void this.#listen();
      this.lack = null;
      this.changed(track);
    } catch (error) {
      this.lack = error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'missing';
    }
    this.devices = await navigator.mediaDevices.enumerateDevices();
  }

  #hush(): void {
    for (const track of this.#stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.#stream = undefined;
  }

  #look = async (): Promise<void> => {
    this.devices = await navigator.mediaDevices.enumerateDevices();
    const there = this.of('microphone').length > 0;
    if (!there) this.lack = 'missing';
    else if (this.lack === 'missing') await this.#listen();
  };
}

function kept(use: Use): string {
  return localStorage.getItem(`hotline.${use}`) ?? '';
}
