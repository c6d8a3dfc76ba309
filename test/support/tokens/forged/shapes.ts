import { good, h, p, s, signed, type Case } from './forgery.js';

export const shapes: readonly Case[] = [
  ...[undefined, null, 42, true, {}, [], [good], Buffer.from(good), new String(good)].map(
    (value, at): Case => [`a value that is no text (${at})`, value],
  ),
  ...['', ' ', 'a', '.', '..', '...', 'a.b', 'a.b.c', 'null', '{}', 'undefined'].map((text): Case => [
    `the text ${JSON.stringify(text)}`,
    text,
  ]),
  ['no signature segment', `${h}.${p}`],
  ['an empty signature', `${h}.${p}.`],
  ['an empty header', `.${p}.${s}`],
  ['an empty payload', `${h}..${s}`],
  ['a fourth segment', `${good}.${s}`],
  ['a trailing dot', `${good}.`],
  ['a leading dot', `.${good}`],
  ['five segments, as a JWE', `${h}.${p}.${s}.${p}.${s}`],
  ['two tokens', `${good},${good}`],
  ['the scheme before it', `Bearer ${good}`],
  ['quotes around it', `"${good}"`],
  ['a flattened JSON serialisation', JSON.stringify({ protected: h, payload: p, signature: s })],
  ['ten thousand dots', '.'.repeat(10_000)],
  ['70 kB of base64url', `${h}.${'A'.repeat(70_000)}.${s}`],
  ['a megabyte', 'A'.repeat(1_000_000)],
  ['a payload that makes it too long, signed', signed({}, { filler: 'x'.repeat(8192) })],
  ['a PASETO', `v2.public.${p}`],
  ['an opaque refresh token', 'c2Vzc2lvbi0x.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
];

export const spellings: readonly Case[] = [
  ...[' ', '\n', '\t', '\0', '=', '==', '%20', '\u200b'].flatMap((extra): Case[] => [
    [`${JSON.stringify(extra)} after it`, `${good}${extra}`],
    [`${JSON.stringify(extra)} before it`, `${extra}${good}`],
  ]),
  ['padding on the header', `${h}=.${p}.${s}`],
  ['padding on the payload', `${h}.${p}==.${s}`],
  ['a line break within the payload', `${h}.${p.slice(0, 20)}\n${p.slice(20)}.${s}`],
  ['the base64 alphabet', `${h}.${p}.${s.replaceAll('-', '+').replaceAll('_', '/')}+/`],
  ['percent-encoded dots', good.replaceAll('.', '%2E')],
  ['stray bits after the signature', `${h}.${p}.${s.slice(0, -1)}${nextLetter(s.at(-1))}`],
  ['full-width dots', good.replaceAll('.', '\uff0e')],
  ['the other case', good.toLowerCase()],
];

function nextLetter(letter = 'A'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // The last letter of 256 bytes carries four unused bits; the next letter differs only there.
  return alphabet[alphabet.indexOf(letter) ^ 1] ?? 'A';
}
