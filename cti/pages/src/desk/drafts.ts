/** What is begun about a contact: kept by the API, and in this browser while the API does not have it yet. */

import { Refused, ask } from '../api/client';
import type { DraftBegun } from '../api/generated';

const PREFIX = 'hotline.draft.';
const place = (contact: string): string => `contacts/${encodeURIComponent(contact)}/draft`;
const unsent = new Map<string, DraftBegun>();
const underWay = new Set<string>();

/** What was begun; empty when nothing was, or the API cannot tell. */
export async function draftOf(contact: string): Promise<DraftBegun> {
  const here = localStorage.getItem(PREFIX + contact);
  if (here !== null) return JSON.parse(here) as DraftBegun;
  return ask<DraftBegun>('GET', place(contact)).catch(() => ({ outcome: '', note: '' }));
}

/** Keep what is begun so far: one request at a time, the newest words last. */
export function keepDraft(contact: string, begun: DraftBegun): void {
  localStorage.setItem(PREFIX + contact, JSON.stringify(begun));
  unsent.set(contact, begun);
  if (!underWay.has(contact)) void send(contact);
}

/** Its outcome is saved: nothing is begun any more. */
export function dropDraft(contact: string): void {
  unsent.delete(contact);
  localStorage.removeItem(PREFIX + contact);
}

async function send(contact: string): Promise<void> {
  underWay.add(contact);
  try {
    for (let begun = unsent.get(contact); begun !== undefined; begun = unsent.get(contact)) {
      unsent.delete(contact);
      await ask('PUT', place(contact), begun);
    }
    localStorage.removeItem(PREFIX + contact);
  } catch (error) {
    // Unreachable: it stays in this browser until the next word is written. Refused: its outcome is there already.
    if (error instanceof Refused && error.status === 409) localStorage.removeItem(PREFIX + contact);
  } finally {
    underWay.delete(contact);
  }
}
