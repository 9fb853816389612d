import { expect, test } from 'vitest';
import { initials, searchable } from './search';

const choices = [
  { code: 'enquiry.bill', label: { 'zh-CN': '咨询 / 账单与缴费', en: 'Enquiry / Bill and payment' } },
  { code: 'fault.reported', label: { 'zh-CN': '故障报修 / 已登记派单', en: 'Fault / Reported' } },
  { code: 'void.wrong', label: { 'zh-CN': '无效来电 / 打错电话', en: 'No business / Wrong number' } },
];

test.each([
  ['故障报修', 'gzbx'],
  ['账单与缴费', 'zdyjf'],
  ['无效来电', 'wxld'],
  ['VIP 专席', 'vipzx'],
])('%s is typed %s', (said, typed) => {
  expect(initials(said)).toBe(typed);
});

test.each([
  ['bill', ['enquiry.bill']],
  ['账单', ['enquiry.bill']],
  ['zdyjf', ['enquiry.bill']],
  ['FAULT rep', ['fault.reported']],
  ['void.', ['void.wrong']],
  ['  ', ['enquiry.bill', 'fault.reported', 'void.wrong']],
  ['nothing like it', []],
])('"%s" finds %j', (typed, codes) => {
  expect(searchable(choices)(typed).map((choice) => choice.code)).toEqual(codes);
});
