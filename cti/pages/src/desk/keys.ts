/** The keys of the desk: one table for what they do, for the buttons that name them and for the list of them. */

import type { Text } from '../words/words.svelte';

export type Act =
  | 'ready'
  | 'not_ready'
  | 'answer'
  | 'hang_up'
  | 'hold'
  | 'consult'
  | 'hand_over'
  | 'mute'
  | 'keypad'
  | 'outcome'
  | 'note'
  | 'save'
  | 'missing'
  | 'keys';

interface Key {
  /** `KeyboardEvent.code`, so that layouts and input methods do not matter. */
  code: string;
  with: 'alt' | 'ctrl';
  shown: string;
  says: Text;
}

export const KEYS: Record<Act, Key> = {
  ready: { code: 'KeyR', with: 'alt', shown: 'Alt R', says: 'make_ready' },
  not_ready: { code: 'KeyN', with: 'alt', shown: 'Alt N', says: 'make_not_ready' },
  answer: { code: 'KeyA', with: 'alt', shown: 'Alt A', says: 'answer' },
  hang_up: { code: 'KeyX', with: 'alt', shown: 'Alt X', says: 'hang_up' },
  hold: { code: 'KeyH', with: 'alt', shown: 'Alt H', says: 'hold_or_resume' },
  consult: { code: 'KeyC', with: 'alt', shown: 'Alt C', says: 'consult_or_cancel' },
  hand_over: { code: 'KeyT', with: 'alt', shown: 'Alt T', says: 'hand_over' },
  mute: { code: 'KeyM', with: 'alt', shown: 'Alt M', says: 'mute_or_not' },
  keypad: { code: 'KeyK', with: 'alt', shown: 'Alt K', says: 'keypad' },
  outcome: { code: 'KeyO', with: 'alt', shown: 'Alt O', says: 'go_outcome' },
  note: { code: 'KeyW', with: 'alt', shown: 'Alt W', says: 'go_note' },
  save: { code: 'Enter', with: 'ctrl', shown: 'Ctrl ↵', says: 'save_outcome' },
  missing: { code: 'KeyP', with: 'alt', shown: 'Alt P', says: 'go_missing' },
  keys: { code: 'Slash', with: 'alt', shown: 'Alt /', says: 'list_keys' },
};

/** What a key asks for; undefined when it is none of ours. `?` lists the keys wherever nothing is being typed. */
export function actOf(event: KeyboardEvent): Act | undefined {
  const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
  if (event.key === '?' && !typing) return 'keys';
  const held = event.altKey && !event.ctrlKey ? 'alt' : (event.ctrlKey || event.metaKey) && !event.altKey ? 'ctrl' : '';
  const found = Object.entries(KEYS).find(([, key]) => key.code === event.code && key.with === held);
  return found?.[0] as Act | undefined;
}
