import { expect, test } from 'vitest';
import { browser } from './browsers';

const CHROMIUM = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROMIUM}`, 'Chrome · Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROMIUM} Edg/142.0.0.0`, 'Edge · Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0', 'Firefox · macOS'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1', 'Safari · iOS'],
  [`Mozilla/5.0 (Linux; Android 15; Phone) ${CHROMIUM} MicroMessenger/8.0`, 'WeChat · Android'],
  ['curl/8.14.1', 'curl'],
  ['', '–'],
])('%s', (said, shown) => {
  expect(browser(said)).toBe(shown);
});
