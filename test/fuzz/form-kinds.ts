import * as fc from 'fast-check';
import { BODY_LIMIT_BYTES, FORM_TYPE, type Kind, PASSWORD, REFRESH, USERNAME, withBody } from './kind.js';

const good = fc.constantFrom(`username=${USERNAME}&password=${PASSWORD}`, `refresh_token=${REFRESH}`);
const form = (others: fc.Arbitrary<string>): Kind['requests'] =>
  withBody(
    fc
      .tuple(good, others, fc.boolean())
      .map(([own, more, isInFront]) => (isInFront ? `${more}&${own}` : `${own}&${more}`)),
    fc.constant(FORM_TYPE),
  );

const times = (count: number, piece: (place: number) => string): string =>
  Array.from({ length: count }, (_, place) => piece(place)).join('&');
const counted = (counts: readonly number[], piece: (place: number) => string): fc.Arbitrary<string> =>
  fc.constantFrom(...counts).map((count) => times(count, piece));

const NAMES = [
  'username',
  'password',
  'refresh_token',
  'device_label',
  'scope',
  'access_token',
  'a',
  '__proto__',
  'constructor',
  '',
];
const name = fc.constantFrom(...NAMES);
const SUFFIXES = [
  '[]',
  '[b]',
  '[b][c]',
  '[__proto__][x]',
  '[constructor][prototype][x]',
  '[toString]',
  '[0]',
  '[999999999]',
  '.b',
  '[',
  ']',
  '[[]]',
];
const nested = fc.oneof(
  fc.tuple(name, fc.constantFrom(...SUFFIXES)).map(([own, suffix]) => `${own}${suffix}=x`),
  fc.tuple(name, fc.constantFrom(10, 1_000, 100_000)).map(([own, depth]) => `${own}${'[b]'.repeat(depth)}=x`),
);
const GARBAGE = [
  '%',
  '%%',
  '%G0',
  '%ff',
  '%c0%80',
  '%ed%a0%80',
  '%00',
  '%u0041',
  '+',
  '=',
  '&&&',
  '=&=',
  '%2525',
  '%E2%82',
];
const garbage = fc
  .tuple(name, fc.constantFrom(...GARBAGE))
  .map(([own, odd]) => `${own}=${odd}&${odd}=${own}`);

const CHARSETS = [
  'utf-8',
  'UTF8',
  'iso-8859-1',
  'utf-16',
  'utf-7',
  'x-none',
  '',
  '"',
  'utf-8; charset=latin1',
  'us-ascii',
];
const charsets = fc.constantFrom(...CHARSETS).map((charset) => `${FORM_TYPE}; charset=${charset}`);

const BOUNDARIES = ['x', '', 'x'.repeat(71), '"', '--'];
const multipart = fc
  .constantFrom(...BOUNDARIES)
  .map(
    (boundary) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="username"\r\n\r\n${USERNAME}\r\n--${boundary}--\r\n`,
  );

const sized = fc
  .constantFrom(-1, 0, 1, 4_096)
  .map((beyond) => `username=${USERNAME}&password=`.padEnd(BODY_LIMIT_BYTES + beyond, 'x'));

/** What can be wrong with a form. */
export const formKinds: readonly Kind[] = [
  {
    name: 'forms with parameters repeated',
    requests: form(
      fc.tuple(name, fc.constantFrom(1, 2, 30, 900)).map(([own, count]) => times(count, () => `${own}=x`)),
    ),
  },
  { name: 'forms with nested parameters', requests: form(nested) },
  {
    name: 'forms of some hundred parameters',
    requests: form(counted([10, 200, 900], (place) => `k${place}=x`)),
  },
  { name: 'forms of 70,000 parameters', requests: form(counted([20_000, 70_000], (place) => `k${place}=x`)) },
  {
    name: 'forms with 20,000 of one parameter',
    requests: form(name.map((own) => times(20_000, () => `${own}=x`))),
  },
  { name: 'forms with broken escapes', requests: form(garbage) },
  { name: 'forms of any charset', requests: withBody(good, charsets) },
  {
    name: 'forms in parts',
    requests: withBody(
      multipart,
      fc.constantFrom(...BOUNDARIES).map((boundary) => `multipart/form-data; boundary=${boundary}`),
    ),
  },
  { name: 'forms about as long as a body may be', requests: withBody(sized, fc.constant(FORM_TYPE)) },
  {
    name: 'forms of any bytes',
    requests: withBody(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.constant(FORM_TYPE),
    ),
  },
];
