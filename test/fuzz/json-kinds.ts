import * as fc from 'fast-check';
import { BODY_LIMIT_BYTES, goodMembers, type Kind, PASSWORD, USERNAME, withBody } from './kind.js';

const times = (count: number, piece: (place: number) => string): string =>
  Array.from({ length: count }, (_, place) => piece(place)).join();

const FIELDS = ['username', 'password', 'scope', 'device_label', 'refresh_token', 'client_id', 'other'];
const field = fc.constantFrom(...FIELDS);
const value = fc.constantFrom('1', 'null', '"x"', '[]', '{}', 'true');

/** A body whose good members are joined by others, in front or behind. */
const joined = (others: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(goodMembers, others, fc.boolean())
    .map(([good, more, isInFront]) => (isInFront ? `{${more},${good}}` : `{${good},${more}}`));

function manyMembers(...counts: number[]): fc.Arbitrary<string> {
  const many = fc
    .tuple(fc.constantFrom(...counts), value)
    .map(([count, each]) => times(count, (place) => `"k${place}":${each}`));
  return joined(many);
}

const nested = fc
  .tuple(fc.constantFrom(50, 5_000, 100_000), fc.boolean())
  .map(([depth, isList]) =>
    isList ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
  );

const repeated = fc
  .tuple(fc.constantFrom(2, 100, 20_000), field, value)
  .map(([count, name, each]) => times(count, () => `"${name}":${each}`));

const MEANINGFUL = [
  '__proto__',
  'constructor',
  'prototype',
  'toJSON',
  'toString',
  'valueOf',
  'then',
  'length',
  'hasOwnProperty',
];
const meaningful = fc
  .tuple(
    fc.constantFrom(...MEANINGFUL),
    fc.constantFrom(
      'null',
      '1',
      '"x"',
      '{}',
      '[]',
      '{"prototype":{"roles":["admin"]}}',
      `{"username":"${USERNAME}"}`,
    ),
  )
  .map(([name, content]) => `"${name}":${content}`);

const NUMBERS = [
  '1e400',
  '-1e400',
  '1e-400',
  '-0',
  '9007199254740993',
  '0x10',
  '01',
  'NaN',
  'Infinity',
  '1e',
  '9'.repeat(60_000),
];
const numbers = fc.tuple(field, fc.constantFrom(...NUMBERS)).map(([name, number]) => `"${name}":${number}`);

const wrongTypes = fc
  .tuple(field, fc.jsonValue({ maxDepth: 3 }))
  .map(([name, content]) => `"${name}":${JSON.stringify(content)}`);

const GOOD = `{"username":"${USERNAME}","password":"${PASSWORD}","device_label":"phone"}`;
const cut = fc.nat({ max: GOOD.length - 1 }).map((length) => GOOD.slice(0, length));
const TOPS = [
  '',
  ' ',
  'null',
  '[]',
  '5',
  '"text"',
  'true',
  `[${GOOD}]`,
  '{}',
  '{',
  '}',
  '\0',
  `${GOOD}${GOOD}`,
  `${GOOD},`,
  `//\n${GOOD}`,
];

const BAD_BYTES = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xe2, 0x82],
  [0x80],
  [0x00],
];
const badBytes = fc
  .tuple(field, fc.constantFrom(...BAD_BYTES))
  .map(([name, bytes]) =>
    Buffer.concat([
      Buffer.from(`${GOOD.slice(0, -1)},"${name}":"${name}`),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]),
  );

const marks = fc.constantFrom(
  Buffer.from(`\uFEFF${GOOD}`),
  Buffer.from(GOOD, 'utf16le'),
  Buffer.from(`\uFEFF${GOOD}`, 'utf16le'),
  Buffer.from(`\u00A0${GOOD}\u2028`),
);

/** A login of so many bytes, by a long password or by a member nobody reads. */
const sized = fc
  .tuple(fc.constantFrom(100 * 1024, BODY_LIMIT_BYTES), fc.constantFrom(-1, 0, 1, 4_096), fc.boolean())
  .map(([limit, beyond, isPassword]) => {
    const [start, end] = isPassword
      ? [`{"username":"${USERNAME}","password":"`, '"}']
      : [`${GOOD.slice(0, -1)},"other":"`, '"}'];
    return start + 'x'.repeat(limit + beyond - start.length - end.length) + end;
  });

/** What can be wrong with a JSON body, apart from the texts in it. */
export const jsonKinds: readonly Kind[] = [
  { name: 'JSON of some hundred members', requests: withBody(manyMembers(10, 200, 900)) },
  { name: 'JSON of 70,000 members', requests: withBody(manyMembers(20_000, 70_000)) },
  {
    name: 'JSON of great depth in a member',
    requests: withBody(joined(fc.tuple(field, nested).map(([name, deep]) => `"${name}":${deep}`))),
  },
  { name: 'JSON of great depth', requests: withBody(nested) },
  { name: 'JSON with a member repeated', requests: withBody(joined(repeated)) },
  { name: 'JSON with members of a meaning in JavaScript', requests: withBody(joined(meaningful)) },
  { name: 'JSON with odd numbers', requests: withBody(joined(numbers)) },
  { name: 'JSON with wrong types', requests: withBody(joined(wrongTypes)) },
  { name: 'JSON that is cut off', requests: withBody(cut) },
  { name: 'JSON that is no object', requests: withBody(fc.constantFrom(...TOPS)) },
  { name: 'JSON of any shape', requests: withBody(fc.json({ maxDepth: 5 })) },
  { name: 'JSON that is not UTF-8', requests: withBody(badBytes) },
  { name: 'JSON with a byte order mark', requests: withBody(marks) },
  { name: 'JSON about as long as a body may be', requests: withBody(sized) },
];
