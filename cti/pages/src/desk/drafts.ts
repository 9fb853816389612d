/** Notes not saved yet, kept in this browser until their outcome is saved. */

const PREFIX = 'hotline.draft.';

export function draftOf(contact: string): string {
  return localStorage.getItem(PREFIX + contact) ?? '';
}

/** Keep what was written so far; an empty note is forgotten. */
export function keepDraft(contact: string, note: string): void {
  if (note) localStorage.setItem(PREFIX + contact, note);
  else localStorage.removeItem(PREFIX + contact);
}
