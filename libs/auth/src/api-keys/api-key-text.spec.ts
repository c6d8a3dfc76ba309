import { createHash } from 'node:crypto';
import { hashSubject } from '../subjects/subject-keys.js';
import { ApiKeyGrammar, isApiKeyId, isApiKeyOf, ownerHashOf } from './api-key-text.js';

const grammar = new ApiKeyGrammar('gh_live');
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** As docs/api-keys.md gives it to scanners. */
const SCANNED = /\bgh_(?:live|test)_[0-9A-Za-z]{38}_[0-9A-Za-z]{49}\b/;

/** The checksum as a scanner in another language would compute it: bit by bit (ISO 3309). */
function checksumOf(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  let rest = ~crc >>> 0;
  let digits = '';
  for (let at = 0; at < 6; at++, rest = Math.floor(rest / 62)) digits = DIGITS.charAt(rest % 62) + digits;
  return digits;
}

describe('[11-F] the text of an API key', () => {
  it('is read as what it was issued as, and says what is stored', () => {
    const { text, id, secretHash } = grammar.issue('ada');
    expect(text).toMatch(SCANNED);
    expect(grammar.read(text)).toEqual({ id, secretHash });
    const secret = text.split('_').at(-1)!.slice(0, 43);
    expect(secretHash).toBe(createHash('sha256').update(secret).digest('base64url'));
    expect(text.startsWith(`gh_live_${id}_`)).toBe(true);
  });

  it('can be verified offline', () => {
    const { text } = grammar.issue('ada');
    expect(text.slice(-6)).toBe(checksumOf(text.slice(0, -6)));
  });

  it('never comes twice, and uses every digit alike', () => {
    const texts = Array.from({ length: 2000 }, () => grammar.issue('ada').text);
    expect(new Set(texts).size).toBe(2000);
    const counts = new Map<string, number>();
    for (const text of texts)
      for (const digit of text.split('_').at(-1)!.slice(0, 43))
        counts.set(digit, (counts.get(digit) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 1,387 are expected; six standard deviations are 222.
    for (const count of counts.values()) expect(Math.abs(count - 1387)).toBeLessThan(222);
  });

  it('names in its id under which hash the subject is kept', () => {
    for (const subject of ['ada', 'ä €', '__proto__', 'x'.repeat(1000), ...DIGITS.split('')]) {
      const { id } = grammar.issue(subject);
      expect(isApiKeyId(id)).toBe(true);
      expect(ownerHashOf(id)).toBe(hashSubject(subject));
      expect([isApiKeyOf(id, subject), isApiKeyOf(id, `${subject}!`)]).toEqual([true, false]);
    }
    expect(() => grammar.issue('ada\ud800')).toThrow(TypeError);
  });

  it.each([
    '',
    'x',
    '0'.repeat(37),
    '0'.repeat(39),
    'z'.repeat(38),
    `${'0'.repeat(37)}-`,
    `${'0'.repeat(38)}\n`,
  ])('takes %j for no id', (id) => {
    expect([isApiKeyId(id), isApiKeyOf(id, 'ada')]).toEqual([false, false]);
  });

  const { text } = grammar.issue('ada');
  it.each<[string, string]>([
    ['nothing', ''],
    ['the prefix', 'gh_live_'],
    ['another environment', new ApiKeyGrammar('gh_test').issue('ada').text],
    ['another environment under a good checksum', 'gh_test' + text.slice(7)],
    ['another prefix that begins alike', new ApiKeyGrammar('gh_live_2').issue('ada').text],
    ['a wrong checksum', text.slice(0, -1) + (text.endsWith('a') ? 'b' : 'a')],
    ['one digit less', text.slice(0, -1)],
    ['one digit more', `${text}0`],
    ['a line break', `${text}\n`],
    ['a blank in front', ` ${text}`],
    ['capitals', text.toUpperCase()],
    ['no underscore', text.replaceAll('_', '')],
    ['a percent-encoded underscore', text.replace('_', '%5F')],
    ['another alphabet', text.replace(/.(?=.{20}$)/, '-')],
    ['full-width digits', text.replace(/.(?=.{20}$)/, '１')],
  ])('is refused offline with %s', (_what, mutated) => {
    expect(grammar.read(mutated)).toBeUndefined();
  });

  it('[11-F] 10,000 random mutations of a key are read as no key, or as another secret', () => {
    const random = (below: number): number => Math.floor(Math.random() * below);
    const digit = (): string => DIGITS.charAt(random(62));
    const known = grammar.read(text);
    const mutations: readonly ((at: number) => string)[] = [
      (at) => text.slice(0, at) + digit() + text.slice(at + 1),
      (at) => text.slice(0, at) + digit() + text.slice(at),
      (at) => text.slice(0, at) + text.slice(at + 1),
      (at) => text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2),
      (at) => text.slice(0, at),
      (at) => text.slice(0, at) + Array.from(text.slice(at), digit).join(''),
      (at) => text.slice(at) + text.slice(0, at),
      // A forger computes the checksum.
      (at) => {
        const body = (text.slice(0, at) + digit() + text.slice(at + 1)).slice(0, -6);
        return body + checksumOf(body);
      },
    ];
    let accepted = 0;
    for (let count = 0; count < 10_000; count++) {
      const mutated = mutations[count % mutations.length]!(random(text.length));
      if (mutated === text) continue;
      const read = grammar.read(mutated);
      if (read !== undefined && read.id === known?.id && read.secretHash === known.secretHash) accepted++;
    }
    expect(accepted).toBe(0);
  });
});
