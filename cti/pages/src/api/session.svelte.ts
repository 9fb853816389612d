/** Who is signed in on this browser. */

import { Refused, ask } from './client';
import type { Me } from './generated';

/** undefined: not asked yet; null: nobody. */
let me = $state<Me | null | undefined>(undefined);

export function person(): Me | null | undefined {
  return me;
}

/** Whether the person may do this; rights are named in docs/api.md. */
export function may(right: string): boolean {
  return me?.rights.includes(right) ?? false;
}

/** Find out who is signed in. Throws `Refused` when the API cannot tell. */
export async function recognise(): Promise<void> {
  try {
    me = await ask<Me>('GET', 'me');
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    me = null;
  }
}

/** Sign in as a person, with a code where there is a second factor. Throws `Refused`. */
export async function enter(login: string, password: string, code: string): Promise<void> {
  me = await ask<Me>('POST', 'session', { login, password, code });
}

/** End the session; an agent stays signed in on the phone. */
export async function leave(): Promise<void> {
  await ask('DELETE', 'session').catch(() => undefined);
  me = null;
}

/** End every session, in whatever browser. Throws `Refused`. */
export async function leaveEverywhere(): Promise<void> {
  await ask('DELETE', 'sessions');
  me = null;
}

/** The API said that the session is over. */
export function forget(): void {
  me = null;
}
