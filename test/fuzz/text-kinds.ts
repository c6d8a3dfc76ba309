import * as fc from 'fast-check';
import { FORM_TYPE, JSON_TYPE, type Kind, LOGIN, PASSWORD, USERNAME } from './kind.js';
import type { RawRequest } from './raw-http.js';

const READ = ['username', 'password', 'scope', 'device_label'] as const;
type Read = (typeof READ)[number];

/** Logins that are good but for one text. */
function loginsWith(texts: fc.Arbitrary<string>, fields: readonly Read[] = READ): fc.Arbitrary<RawRequest> {
  return fc
    .record({ text: texts, field: fc.constantFrom(...fields), isForm: fc.boolean() })
    .map(({ text, field, isForm }) =>
      loginOf({ username: USERNAME, password: PASSWORD, [field]: text }, isForm),
    );
}

function loginOf(members: Record<string, string>, isForm: boolean): RawRequest {
  // JSON writes a lone surrogate as an escape, which every parser gives back; a form would repair it.
  const body = isForm ? new URLSearchParams(members).toString() : JSON.stringify(members);
  const [method, target] = LOGIN;
  return {
    method,
    target,
    headers: [['Content-Type', isForm ? FORM_TYPE : JSON_TYPE]],
    body: Buffer.from(body),
  };
}

const around = (odd: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', 'my ', USERNAME), fc.constantFrom(...odd), fc.constantFrom('', ' phone', '🦊'))
    .map((parts) => parts.join(''));

const LONE = ['\uD800', '\uDC00', '\uDBFF\uDBFF', '\uDE00\uD83D', '\uD83D'];
const CONTROLS = ['\0', '\u0001', '\n', '\r\n', '\u001B[2J', '\u007F', '\u0085', '\u2028', '\u0000\u0000'];
const INVISIBLE = [
  '\u200B',
  '\u00AD',
  '\u202E',
  '\uFEFF',
  '\u2066',
  '\u034F',
  '\u{E0001}',
  '\uFE0F',
  '\u3164',
];
const FOLDING = [
  'ß',
  'ﬁ',
  'İ',
  'ı',
  'ſ',
  'K',
  '\uFDFA'.repeat(100),
  'é',
  'e\u0301'.repeat(30),
  'Z\u0335\u0321'.repeat(40),
];
const WORDS = [
  '__proto__',
  'constructor',
  '${7*7}',
  '{{x}}',
  "' OR 1=1 --",
  '*)(uid=*',
  '../../etc/passwd',
  'client:x',
  '%00',
  '%s%n',
  '"',
  '\\',
];
/** An emoji that ends beyond the 100th and the 256th unit. */
const CUT = [99, 100, 101, 255, 256].map((length) => `${'x'.repeat(length - 1)}🦊`);
const LENGTHS = [0, 1, 100, 101, 320, 321, 1_024, 1_025, 2_048, 2_049, 60_000];

/** What can be odd about a text that a client chooses. */
export const textKinds: readonly Kind[] = [
  {
    name: 'lone surrogates in a credential',
    requests: loginsWith(around(LONE), ['username', 'password', 'scope']),
  },
  { name: 'lone surrogates in device_label', requests: loginsWith(around(LONE), ['device_label']) },
  { name: 'an emoji at the edge of a text', requests: loginsWith(fc.constantFrom(...CUT)) },
  { name: 'control characters', requests: loginsWith(around(CONTROLS)) },
  { name: 'characters that nobody sees', requests: loginsWith(around(INVISIBLE)) },
  { name: 'characters that fold', requests: loginsWith(around(FOLDING)) },
  { name: 'words of other languages', requests: loginsWith(around(WORDS)) },
  {
    name: 'texts of every length',
    requests: loginsWith(fc.constantFrom(...LENGTHS).map((length) => 'é'.repeat(length))),
  },
  { name: 'any Unicode', requests: loginsWith(fc.string({ unit: 'binary', maxLength: 90 })) },
];
