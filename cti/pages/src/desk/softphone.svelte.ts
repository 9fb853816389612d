/** The browser as an agent's phone: registered with Asterisk, one call at a time. */

import type { RTCSession } from 'jssip/lib/RTCSession';
import type { UA } from 'jssip';
import type { IncomingRTCSessionEvent } from 'jssip/lib/UA';
import type { MyPhone } from '../api/generated';
import { Bell } from './bell';
import { Headset } from './headset.svelte';

export type Registration = 'connecting' | 'registered' | 'refused';
export type Call = 'none' | 'ringing' | 'answering' | 'talking';
/** What is wrong with the sound of a call: nothing leaves, or nothing arrives. */
export type Trouble = 'mute_microphone' | 'nothing_heard';

/** A call with this header leads back into the talk and is answered at once. */
const REJOIN = 'X-Hotline-Rejoin';
/** Answered by itself: the hotline sounds a tone before the caller is heard. */
const AUTO = 'X-Hotline-Auto';
const LOOK_MS = 2000;
/** Looks in a row without sound before it is said. */
const LOOKS = 3;

export class Softphone {
  registration = $state<Registration>('connecting');
  call = $state<Call>('none');
  muted = $state(false);
  trouble = $state<Trouble | null>(null);
  /** How many calls came in since this page is the phone. */
  calls = $state(0);
  readonly headset = new Headset();
  #ua: UA | undefined;
  #session: RTCSession | undefined;
  #bell = new Bell();
  #voice = new Audio();
  #looking: ReturnType<typeof setInterval> | undefined;
  #leaving = false;
  #held: () => boolean;

  /** `held`: whether the caller hears music just now. */
  constructor(held: () => boolean) {
    this.#held = held;
    this.#voice.autoplay = true;
  }

  /** Register as this phone. */
  async start(phone: MyPhone): Promise<void> {
    this.headset.changed = (track) => void this.#sender()?.replaceTrack(track);
    const [{ default: JsSIP }] = await Promise.all([import('jssip'), this.headset.open()]);
    if (this.#leaving) return;
    this.#ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(phone.ws_url)],
      uri: phone.sip_uri,
      authorization_user: phone.user,
      password: phone.password,
      register: true,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      user_agent: 'hotline desk',
    });
    this.#ua.on('registered', () => (this.registration = 'registered'));
    this.#ua.on('unregistered', () => (this.registration = 'connecting'));
    this.#ua.on('disconnected', () => (this.registration = 'connecting'));
    this.#ua.on('registrationFailed', () => (this.registration = 'refused'));
    this.#ua.on('newRTCSession', ({ session, request }: IncomingRTCSessionEvent) => {
      this.#take(session, request.hasHeader(REJOIN), request.hasHeader(AUTO));
    });
    this.#ua.start();
  }

  answer(): void {
    const session = this.#session;
    if (session === undefined || this.call !== 'ringing') return;
    this.call = 'answering';
    this.#bell.stop();
    const stream = this.headset.stream;
    session.answer({
      ...(stream === undefined ? { mediaConstraints: { audio: true, video: false } } : { mediaStream: stream }),
      pcConfig: { iceServers: [] },
    });
  }

  /** End the call, or refuse it. */
  hangUp(): void {
    if (this.call !== 'none') this.#session?.terminate();
  }

  mute(on: boolean): void {
    this.muted = on;
    if (on) this.#session?.mute({ audio: true });
    else this.#session?.unmute({ audio: true });
  }

  /** Send a key of the keypad to the caller. */
  press(key: string): void {
    if (this.call === 'talking') this.#session?.sendDTMF(key, { transportType: 'RFC2833' as never });
  }

  /** Ring as a call would, to choose the speaker by. */
  tryBell(on: boolean): void {
    if (on) this.#bell.ring(this.headset.chosen.bell);
    else this.#bell.stop();
  }

  /** Let callers be heard on the chosen speaker. */
  async useSpeaker(): Promise<void> {
    const routed = this.#voice as HTMLAudioElement & { setSinkId?: (device: string) => Promise<void> };
    await routed.setSinkId?.(this.headset.chosen.speaker).catch(() => undefined);
  }

  /** Be no phone any more; a call under way goes on to its end. */
  leave(): void {
    this.#leaving = true;
    if (this.#session === undefined) this.#end();
  }

  #take(session: RTCSession, rejoins: boolean, auto: boolean): void {
    performance.mark('hotline.call');
    // The leg before is ended by the hotline once the new one is in the talk.
    if (!rejoins) this.#session?.terminate();
    this.calls += 1;
    this.#session = session;
    this.call = 'ringing';
    this.muted = false;
    session.on('peerconnection', ({ peerconnection }) => {
      peerconnection.addEventListener('track', ({ streams: [stream], track }) => {
        this.#voice.srcObject = stream ?? new MediaStream([track]);
        void this.useSpeaker();
        void this.#voice.play().catch(() => undefined);
      });
    });
    session.on('confirmed', () => {
      if (this.#session !== session) return;
      this.call = 'talking';
      this.#looking = setInterval(this.#listenIn(), LOOK_MS);
    });
    const over = (): void => {
      if (this.#session === session) this.#over();
    };
    session.on('ended', over);
    session.on('failed', over);
    if (rejoins || auto) this.answer();
    else this.#bell.ring(this.headset.chosen.bell);
  }

  #over(): void {
    this.#session = undefined;
    this.call = 'none';
    this.muted = false;
    this.trouble = null;
    this.#bell.stop();
    clearInterval(this.#looking);
    if (this.#leaving) this.#end();
  }

  #end(): void {
    this.#bell.stop();
    this.#ua?.stop();
    this.headset.close();
  }

  #sender(): RTCRtpSender | undefined {
    return this.#session?.connection?.getSenders().find((sender) => sender.track?.kind === 'audio');
  }

  /** What looks at the call's sound every two seconds. */
  #listenIn(): () => Promise<void> {
    let [arrived, spoken, deaf, silent] = [0, 0, 0, 0];
    return async () => {
      const report = await this.#session?.connection?.getStats();
      if (report === undefined || this.call !== 'talking') return;
      let [packets, energy] = [0, 0];
      report.forEach((part: RTCStats & { packetsReceived?: number; totalAudioEnergy?: number }) => {
        if (part.type === 'inbound-rtp') packets += part.packetsReceived ?? 0;
        if (part.type === 'media-source') energy += part.totalAudioEnergy ?? 0;
      });
      deaf = packets > arrived || this.#held() ? 0 : deaf + 1;
      silent = energy > spoken || this.muted ? 0 : silent + 1;
      [arrived, spoken] = [packets, energy];
      this.trouble = deaf >= LOOKS ? 'nothing_heard' : silent >= LOOKS ? 'mute_microphone' : null;
    };
  }
}
