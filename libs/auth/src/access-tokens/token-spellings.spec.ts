import { assert, asyncProperty, constantFrom, nat, pre } from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { GRANT, type TokenParties, tokenParties } from '../../../../test/support/tokens/token-parties.js';
import type { KeysOptions } from '../keys/keys.options.js';

const ORDER_OF_P256 = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.~ \n\0é'.split('');

const keys: readonly (readonly [string, KeysOptions])[] = [
  ['RS256', { privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }],
  ['ES256', { privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  [
    'HS512',
    { secret: Buffer.from([...Array(64).keys()].map((at) => (at * 73 + 41) % 251)), algorithm: 'HS512' },
  ],
];

describe.each(keys)('a valid %s token in any other spelling', (_, options) => {
  let parties: TokenParties;
  let token: string;

  beforeAll(async () => {
    parties = await tokenParties({ keys: options });
    ({ token } = await parties.issuer.issue(GRANT));
    await parties.verifier.verify(token);
  });

  afterAll(() => parties.ring.close());

  const isRefused = (other: string): Promise<boolean> =>
    parties.verifier.verify(other).then(
      () => false,
      (error: { code?: string }) => error.code === 'invalid_token',
    );

  const place = nat().map((at) => at % 600);
  const letter = constantFrom(...LETTERS);

  it('is refused with a letter replaced', () =>
    assert(
      asyncProperty(place, letter, async (at, other) => {
        const where = at % token.length;
        pre(token[where] !== other);
        return isRefused(token.slice(0, where) + other + token.slice(where + 1));
      }),
      { numRuns: 400 },
    ));

  it('is refused with a letter more or less', () =>
    assert(
      asyncProperty(place, letter, async (at, other) => {
        const where = at % token.length;
        return (
          (await isRefused(token.slice(0, where) + other + token.slice(where))) &&
          (await isRefused(token.slice(0, where) + token.slice(where + 1)))
        );
      }),
      { numRuns: 200 },
    ));

  it('is refused with any other last letter of a segment', async () => {
    for (const segment of [0, 1, 2]) {
      for (const last of LETTERS) {
        const parts = token.split('.');
        const part = parts[segment] ?? '';
        if (part.endsWith(last)) continue;
        parts[segment] = part.slice(0, -1) + last;
        expect(await isRefused(parts.join('.'))).toBe(true);
      }
    }
  });
});

describe('the twin of an ECDSA signature', () => {
  it('is another text with the same token id, so that a revocation of one holds for both', async () => {
    const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const { issuer, verifier, ring } = await tokenParties({ keys: { privateKey } });
    const { token, principal: issued } = await issuer.issue(GRANT);
    const [header, payload, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const s = ORDER_OF_P256 - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    const principal = await verifier.verify(`${header}.${payload}.${twin.toString('base64url')}`);
    expect(principal.tokenId).toBe(issued.tokenId);
    ring.close();
  });
});
