/** Finding an outcome by what an agent types: its code, its words, the initials of its pinyin. */

import type { OutcomeChoice } from '../api/generated';

/** The first character of each initial in the order of pinyin; no word begins with i, u or v. */
const FIRSTS = '阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀';
const INITIALS = 'abcdefghjklmnopqrstwxyz';
const pinyin = new Intl.Collator('zh-CN-u-co-pinyin');

function initial(sign: string): string {
  if (!/\p{Script=Han}/u.test(sign)) return /[a-z0-9]/i.test(sign) ? sign.toLowerCase() : '';
  let found = '';
  for (let at = 0; at < FIRSTS.length && pinyin.compare(FIRSTS.charAt(at), sign) <= 0; at++) found = INITIALS.charAt(at);
  return found;
}

/** The initials of a text, each Chinese character by its pinyin: 故障报修 is gzbx. */
export function initials(said: string): string {
  return Array.from(said, initial).join('');
}

/** Each choice with all it is found by, made once. */
export function searchable(choices: readonly OutcomeChoice[]): (typed: string) => OutcomeChoice[] {
  const entries = choices.map((choice) => {
    const words = [choice.code, ...Object.values(choice.label)].join(' ').toLowerCase();
    return { choice, words, short: initials(choice.label['zh-CN'] ?? '') };
  });
  return (typed) => {
    const parts = typed.toLowerCase().split(/\s+/).filter(Boolean);
    return entries
      .filter(({ words, short }) => parts.every((part) => words.includes(part) || short.includes(part)))
      .map(({ choice }) => choice);
  };
}
