/** A WebSocket of pushes that comes back by itself, and asks for what it missed. */

import { recognise } from './session.svelte';
import { told } from '../parts/clock.svelte';

export type Link = 'connecting' | 'open' | 'offline';

/** Frames as both sockets send them. */
interface Pushed {
  type: string;
  seq?: number;
  at?: number;
}

const SESSION_OVER = 4401;
/** Close code: the person is no agent of the plan. */
export const NO_AGENT = 4404;
const FIRST_MS = 300;
const LONGEST_MS = 8000;

/** What a page is told of its socket. */
export interface Hears<F> {
  /** One frame. */
  take: (frame: F) => void;
  /** The API closed it for good, with one of the codes in docs/api.md. */
  over: (code: number) => void;
}

export class Live<F extends Pushed> {
  link = $state<Link>('connecting');
  #path: string;
  #hears: Hears<F>;
  #resume: boolean;
  #seq: number | undefined;
  #socket: WebSocket | undefined;
  #tries = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** `resume`: ask for the frames after the last one seen. */
  constructor(path: string, resume: boolean, hears: Hears<F>) {
    this.#path = path;
    this.#resume = resume;
    this.#hears = hears;
    addEventListener('online', this.again);
    addEventListener('offline', this.#lost);
    this.#open();
  }

  /** Send a value as JSON; lost when the socket is not open. */
  say(value: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(value));
  }

  /** Close it for good. */
  close(): void {
    removeEventListener('online', this.again);
    removeEventListener('offline', this.#lost);
    clearTimeout(this.#again);
    this.#drop();
  }

  #open(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const after = this.#resume && this.#seq !== undefined ? `?after=${this.#seq}` : '';
    let opened = false;
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/${this.#path}${after}`);
    this.#socket = socket;
    socket.onopen = () => {
      opened = true;
      this.#tries = 0;
      this.link = 'open';
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      const frame = JSON.parse(message.data) as F;
      if (frame.at !== undefined) told(frame.at, frame.type === 'snapshot');
      if (frame.seq !== undefined) this.#seq = frame.seq;
      this.#hears.take(frame);
    };
    socket.onclose = (closed) => {
      if (closed.code === SESSION_OVER || closed.code === NO_AGENT) {
        this.close();
        this.#hears.over(closed.code);
        return;
      }
      // A browser does not tell why a socket was not let in: perhaps nobody is signed in any more.
      if (!opened) void recognise().catch(() => undefined);
      this.#later();
    };
  }

  #later(): void {
    this.link = 'offline';
    const longest = Math.min(FIRST_MS * 2 ** this.#tries, LONGEST_MS);
    this.#tries += 1;
    // A whole floor of pages comes back at once after a restart: each waits a time of its own.
    this.#again = setTimeout(() => this.#open(), longest * (0.5 + Math.random() / 2));
  }

  #drop(): void {
    if (this.#socket !== undefined) this.#socket.onclose = null;
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Connect anew at once: what was thought to be open may be long dead. */
  again = (): void => {
    clearTimeout(this.#again);
    this.#drop();
    this.#open();
  };

  #lost = (): void => {
    this.#drop();
    clearTimeout(this.#again);
    this.#later();
  };
}
