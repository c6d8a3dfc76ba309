import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { resolveAccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type LegacyOptions, resolveLegacySettings } from './legacy.settings.js';
import { LegacyTokens } from './legacy-tokens.service.js';

const DAY_MS = 86_400_000;
const parties = { issuer: 'https://issuer.test', audience: 'api' };
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

type Verifier = NonNullable<LegacyOptions['accessToken']>;

function legacyTokens(accessToken: Verifier, left: Partial<LegacyOptions> = {}) {
  const clock = new ManualClock();
  const findings = new ConfigurationFindings();
  const options = { until: new Date(clock.now() + DAY_MS), accessToken, ...left };
  const settings = resolveLegacySettings(options, { issuesTokens: true }, findings)!;
  const tokens = new LegacyTokens(settings, resolveAccessTokensSettings({}, parties, findings), clock);
  const ask = async (text = 'opaque') => tokens.ask('accessToken', text);
  return { clock, tokens, ask, now: clock.now(), until: settings.until };
}

/** A JWT of a second, that nobody verifies. */
const jwt = (claims: object): string => `${encoded({ alg: 'HS256' })}.${encoded(claims)}.c2ln`;

describe('[11-E] LegacyTokens', () => {
  it('takes the times of a token from the host, or else from its claims; the latest end is the date', async () => {
    const { ask, now, until } = legacyTokens((text) => (text === 'opaque' ? times : { subject: 'ada' }));
    const times = {
      subject: 'ada',
      issuedAt: now - 5,
      expiresAt: new Date(now + 5),
      authenticatedAt: now - 9,
    };
    expect(await ask()).toMatchObject({ issuedAt: now - 5, expiresAt: now + 5, authenticatedAt: now - 9 });
    const seconds = now / 1000;
    expect(await ask(jwt({ iat: seconds - 9, exp: seconds + 9 }))).toMatchObject({
      issuedAt: now - 9_000,
      expiresAt: now + 9_000,
      signedEnd: now + 9_000,
    });
    expect(await ask(jwt({ iat: 'x' }))).toMatchObject({ issuedAt: undefined, expiresAt: until });
    expect(await ask(jwt({ exp: 9e9 }))).toMatchObject({ expiresAt: until });
  });

  it('does not believe that a token was issued in the future: no revocation would ever refuse it', async () => {
    const { ask, now } = legacyTokens((text) => ({
      subject: 'ada',
      ...(text === 'opaque' && { issuedAt: now + 3_600_000 }),
    }));
    // Milliseconds, where RFC 7519 has seconds.
    for (const text of ['opaque', jwt({ iat: now })])
      expect(await ask(text)).toMatchObject({ issuedAt: undefined });
    expect(await ask(jwt({ iat: now / 1000 }))).toMatchObject({ issuedAt: now });
  });

  it('refuses what has expired, by whichever of its ends', async () => {
    const { ask, now } = legacyTokens((text) => ({
      subject: 'ada',
      ...(text === 'opaque' && { expiresAt: now }),
    }));
    for (const text of ['opaque', jwt({ exp: now / 1000 })])
      expect(await ask(text)).toEqual({ refused: expect.stringContaining('expired') });
  });

  it('asks nobody once the date has passed, nor about what is ours', async () => {
    let calls = 0;
    const { tokens, clock } = legacyTokens(() => ({ subject: `user ${++calls}` }));
    const isTaken = async (kind: 'accessToken' | 'refreshToken', text: string): Promise<boolean> => {
      const answer = await tokens.ask(kind, text);
      expect(tokens.takes(kind, text)).toBe(answer !== undefined);
      return answer !== undefined;
    };
    expect(await isTaken('accessToken', 'opaque')).toBe(true);
    expect(await isTaken('refreshToken', 'opaque')).toBe(false);
    expect(await isTaken('accessToken', `${encoded({ typ: 'at+jwt' })}.e30.c2ln`)).toBe(false);
    clock.advance(DAY_MS);
    expect(await isTaken('accessToken', 'opaque')).toBe(false);
    expect(calls).toBe(1);
  });

  it('tells tokens apart by their text, by what is signed, or by the name that the host gives them', async () => {
    const { ask } = legacyTokens((text) => ({ subject: 'ada', ...(text.length === 5 && { tokenId: '17' }) }));
    const idOf = async (text: string): Promise<unknown> => ((await ask(text)) as { id?: string }).id;
    expect(await idOf('text a')).not.toBe(await idOf('text A'));
    expect(await idOf(jwt({ jti: '1' }))).not.toBe(await idOf(jwt({ jti: '2' })));
    expect(await idOf(jwt({}))).toBe(await idOf(jwt({}).replace('c2ln', 'c2lnMg')));
    expect(await idOf('row a')).toBe(await idOf('row A'));
  });

  it.each<[string, unknown, RegExp]>([
    ['another member for the subject', { sub: 'ada' }, /`subject`/],
    ['a text', 'ada', /is no user/],
    ['true', true, /is no user/],
    ['seconds', { subject: 'ada', expiresAt: 1_764_151_000 }, /`expiresAt`.*multiply by 1000/],
    ['a text for an instant', { subject: 'ada', issuedAt: '2026-01-01' }, /`issuedAt` must be a Date/],
    ['no instant', { subject: 'ada', authenticatedAt: new Date(Number.NaN) }, /`authenticatedAt`/],
    ['no name', { subject: 'ada', tokenId: 17 }, /`tokenId`/],
  ])('names the mistake of an answer: %s', async (_, answer, message) => {
    const { ask } = legacyTokens(() => answer as { subject: string });
    await expect(ask()).rejects.toThrow(TypeError);
    await expect(ask()).rejects.toThrow(message);
  });

  it('is unavailable while the host is late, or fails in whatever way', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
    const { ask } = legacyTokens((text) => {
      if (text === 'late') return new Promise(() => {});
      throw new Error('no database');
    });
    await expect(ask('late')).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(ask()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(logged.mock.calls.flat().join('\n')).toContain('no database');
    logged.mockRestore();
  });

  it.each(['legacy-token-of-ada', jwt({ sub: 'ada' })])(
    'tells nobody the token that an error quotes',
    async (token) => {
      const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
      const shown: unknown[] = [];
      for (const name of ['Error', 'JsonWebTokenError']) {
        const { ask } = legacyTokens((text) => {
          throw Object.assign(new Error(`Failed query: select ... params: ${text}`), { name });
        });
        shown.push(await ask(token).catch((error: unknown) => error));
      }
      expect(inspect([shown, logged.mock.calls], { depth: 9 })).toContain('params: [secret]');
      expect(inspect([shown, logged.mock.calls], { depth: 9 })).not.toContain(token);
      logged.mockRestore();
    },
  );

  it.each([
    [-1, /the option legacy can go/],
    [1, undefined],
    [360 * DAY_MS, undefined],
    [400 * DAY_MS, /more than a year ahead/],
  ])('tells operators of a date that is %d ms ahead, if there is something to tell', (aheadMs, line) => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const { now } = legacyTokens(() => undefined);
    const { tokens } = legacyTokens(() => undefined, { until: new Date(now + aheadMs) });
    tokens.onModuleInit();
    expect(warned.mock.calls.flat()).toEqual(line === undefined ? [] : [expect.stringMatching(line)]);
    warned.mockRestore();
  });
});
