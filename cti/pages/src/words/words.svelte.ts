/** What people read, in the language they chose; changing it redraws the page at once. */

import { filled } from './fill';
import terms from './terms.json';
import { texts } from './texts';

export type Language = 'zh-CN' | 'en';
export type Term = keyof typeof terms;
export type Text = keyof typeof texts;
/** A label of the plan, in both languages. */
export type Label = Record<string, string>;

const KEY = 'hotline.language';

function first(): Language {
  const kept = localStorage.getItem(KEY) ?? navigator.language;
  return kept.startsWith('zh') ? 'zh-CN' : 'en';
}

let language = $state<Language>(first());
document.documentElement.lang = first();

/** The language in force. */
export function current(): Language {
  return language;
}

/** Read on in this language; kept for the next visit. */
export function speak(chosen: Language): void {
  language = chosen;
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen;
}

/** A term of docs/terms.md. */
export function term(name: Term): string {
  return language === 'zh-CN' ? terms[name] : name.charAt(0).toUpperCase() + name.slice(1);
}

/** A text of the page; `{name}` in it is replaced by the value of that name. */
export function text(name: Text, values: Record<string, string | number> = {}): string {
  const said = texts[name][language === 'zh-CN' ? 0 : 1];
  return filled(said, values);
}

/** A label of the plan, or `code` when the plan no longer has it. */
export function labelled(label: Label | undefined, code: string): string {
  return label?.[language] ?? label?.['en'] ?? code;
}
