import * as fc from 'fast-check';
import { type Kind, withHeaders } from './kind.js';
import type { RawRequest } from './raw-http.js';

type Header = RawRequest['headers'][number];
const one = (...headers: readonly Header[]): fc.Arbitrary<RawRequest['headers']> =>
  fc.constantFrom(...headers).map((header) => [header]);
const values = (name: string, ...all: readonly (string | Buffer)[]): fc.Arbitrary<RawRequest['headers']> =>
  one(...all.map((value): Header => [name, value]));

const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const PLAIN = [
  'Accept',
  'Origin',
  'Referer',
  'X-Forwarded-For',
  'User-Agent',
  'Cookie',
  'Authorization',
  'If-None-Match',
  'Content-Type',
  'Content-Language',
];
const nonAscii = fc
  .tuple(fc.constantFrom(...PLAIN), anyBytes)
  .map(([name, bytes]): RawRequest['headers'] => [
    [name, Buffer.concat([Buffer.from('x'), Buffer.from(bytes.filter((byte) => byte >= 0x80))])],
  ]);
const unprintable = fc
  .tuple(fc.constantFrom(...PLAIN), anyBytes)
  .map(([name, bytes]): RawRequest['headers'] => [[name, bytes]]);

const TYPES = [
  '',
  'json',
  'application',
  'application/',
  '/json',
  'application/json;',
  'application/json; charset',
  'application/json;charset=utf-16',
  'application/json; charset="',
  'text/json',
  'application/problem+json',
  'application/json, text/plain',
  'APPLICATION/JSON',
  'application/x-json',
  'text/plain',
  'application/xml',
  'application/octet-stream',
  '*/*',
  'application/json;x=' + 'y'.repeat(5_000),
  'application/merge-patch+json',
  'multipart/form-data',
  'a/b;'.repeat(1_000),
  '__proto__',
];
const FORWARDED = [
  '',
  ',',
  'unknown',
  '_hidden',
  '127.0.0.1:8080',
  '[::1]:80',
  '::ffff:1.2.3.4',
  '999.999.999.999',
  '1.2.3.4, '.repeat(800),
  'fe80::1%eth0',
  '"x"',
  '\u00e9',
  "1.2.3.4' OR 1=1",
  '0x7f.1',
  '::',
  'a'.repeat(7_000),
];
const OTHER: readonly Header[] = [
  ['Accept', ''],
  ['Accept', '*/*;q=2'],
  ['Accept', 'text/html'],
  ['Accept', ','.repeat(5_000)],
  ['Accept-Encoding', 'identity;q=0'],
  ['Accept-Language', '%'],
  ['Origin', 'null'],
  ['Origin', 'https://evil.test'],
  ['If-None-Match', ','.repeat(7_000)],
  ['If-None-Match', '*'],
  ['If-None-Match', 'W/"'],
  ['If-Modified-Since', 'x'],
  ['Range', 'bytes=0-0,1-1'],
  ['Expect', '100-continue'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Upgrade', 'websocket'],
  ['TE', 'trailers'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['toString', 'x'],
  ['Sec-Fetch-Site', 'cross-site'],
  ['Forwarded', 'for="[::1]"'],
  ['Via', '1.1 x'],
  ['Accept-Version', '9.x || *'],
  ['X-Request-Id', '\u00e9'],
  ['Max-Forwards', '-1'],
  ['Date', 'x'],
  ['Content-Length', '0'],
  ['Host', 'evil.test'],
  ['Last-Event-ID', '\0'.replace('\0', 'x')],
];
const AGENTS = [
  'x'.repeat(255) + '\u00e9',
  'x'.repeat(5_000),
  'é'.repeat(200),
  '🦊'.repeat(100),
  '<script>',
  '"\\',
  'x'.repeat(254) + '🦊',
];

/** What can be odd about headers, other than those with credentials. */
export const headerKinds: readonly Kind[] = [
  { name: 'headers that are not ASCII', requests: withHeaders(nonAscii) },
  { name: 'headers of any bytes', requests: withHeaders(unprintable) },
  {
    name: 'headers too long',
    requests: withHeaders(
      fc
        .tuple(fc.constantFrom(...PLAIN), fc.constantFrom(12_000, 16_300, 17_000, 100_000))
        .map(([name, length]) => [[name, 'x'.repeat(length)]]),
    ),
  },
  {
    name: 'too many headers',
    requests: withHeaders(
      fc
        .constantFrom(50, 500, 1_500)
        .map((count) => Array.from({ length: count }, (_, place): Header => [`X-${place}`, 'x'])),
    ),
  },
  { name: 'odd content types', requests: withHeaders(values('Content-Type', ...TYPES)) },
  { name: 'odd forwarding addresses', requests: withHeaders(values('X-Forwarded-For', ...FORWARDED)) },
  { name: 'odd headers of other meaning', requests: withHeaders(one(...OTHER)) },
  { name: 'odd user agents', requests: withHeaders(values('User-Agent', ...AGENTS)) },
];
