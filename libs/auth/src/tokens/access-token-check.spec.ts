import { storeUnavailable } from '../kernel/auth-error.js';
import { AccessTokenIssuer } from '../access-tokens/access-token-issuer.js';
import type { AccessTokensOptions } from '../access-tokens/access-tokens.options.js';
import { MemorySessionState } from '../subjects/memory-session-state.js';
import { ManualClock } from '../testing/manual-clock.js';
import { MemoryTokenBlacklistStore } from '../token-blacklist/memory-token-blacklist.store.js';
import type { RefreshedToken, RevocableToken, UseVerdict } from '../token-blacklist/token-blacklist.store.js';
import { blacklistSettings } from '../../../../test/support/sessions/session-media.js';
import { GRANT, tokenParties } from '../../../../test/support/tokens/token-parties.js';
import { createSessionId } from '../subjects/subject-keys.js';
import { AccessTokenCheck } from './access-token-check.js';

/** The real store, which writes down what it is asked, and fails when the test says so. */
class WatchedStore extends MemoryTokenBlacklistStore {
  readonly asked: string[] = [];
  isAway = false;
  isFull = false;

  override isRevoked(token: RevocableToken): boolean {
    this.asked.push('isRevoked');
    return super.isRevoked(token);
  }

  override confirmUse(token: RefreshedToken): UseVerdict {
    this.asked.push(`confirmUse ${token.generation}`);
    if (this.isAway) throw storeUnavailable('away');
    if (this.isFull) return 'unconfirmed';
    const verdict = super.confirmUse(token);
    // The check inside is part of it.
    this.asked.pop();
    return verdict;
  }
}

const keys = { secret: 'an HS256 secret of these tests, long enough' };

describe('[11-C] AccessTokenCheck', () => {
  const clock = new ManualClock();
  let store: WatchedStore;

  beforeEach(() => {
    store = new WatchedStore(new MemorySessionState(clock, blacklistSettings()));
  });

  /** One process over the store. */
  async function instance(tokens: AccessTokensOptions = {}) {
    const parties = await tokenParties({ keys, tokens, clock });
    const check = new AccessTokenCheck(parties.known, parties.verifier, store);
    const own = new AccessTokenIssuer(parties.settings, parties.ring, clock, parties.known);
    const handOut = async (content: Partial<typeof GRANT> = {}): Promise<string> => {
      const epoch = await store.claimEpoch('alice', 'web');
      const sessionId = createSessionId('alice');
      const { token } = await own.issue({ ...GRANT, sessionId, generation: 1, epoch, ...content });
      return token;
    };
    return { check, handOut };
  }

  it('tells the store of the first use of a token that a refresh handed out, and checks it from then on', async () => {
    const { check, handOut } = await instance();
    const token = await handOut({ generation: 7 });
    for (let use = 0; use < 3; use++) expect(await check.verify(token)).toMatchObject({ subject: 'alice' });
    expect(store.asked).toEqual(['confirmUse 7', 'isRevoked', 'isRevoked']);
    expect(check.verifyKnown(token)).toMatchObject({ subject: 'alice' });
  });

  it('tells it once per token and process, whoever handed the token out', async () => {
    const [issuer, other] = [await instance(), await instance()];
    const [token, again] = [await issuer.handOut(), await issuer.handOut()];
    for (const { check } of [other, issuer, other, issuer]) await check.verify(token);
    expect(store.asked).toEqual(['confirmUse 1', 'confirmUse 1', 'isRevoked', 'isRevoked']);
    await issuer.check.verify(again);
    expect(store.asked.at(-1)).toBe('confirmUse 1');
  });

  it.each<[string, Partial<typeof GRANT>]>([
    ['the first of a session, and those of earlier releases', { generation: undefined }],
    ['of a machine', { generation: undefined, sessionId: undefined, authenticatedAt: undefined }],
    ['of no session', { sessionId: undefined }],
  ])('takes a token that replaces none, and only checks it: %s', async (_, content) => {
    const { check, handOut } = await instance();
    const token = await handOut(content);
    expect(await check.verify(token)).toMatchObject({ subject: 'alice' });
    expect(store.asked).toEqual(['isRevoked']);
  });

  it('tells it each time where tokens are not remembered', async () => {
    const { check, handOut } = await instance({ cache: false });
    const token = await handOut();
    for (let use = 0; use < 2; use++) await check.verify(token);
    expect(store.asked).toEqual(['confirmUse 1', 'confirmUse 1']);
  });

  it('tells it again after a failure, of which the caller hears, and after a use that it could not write', async () => {
    const { check, handOut } = await instance();
    const token = await handOut();
    store.isAway = true;
    await expect((async () => check.verify(token))()).rejects.toMatchObject({ code: 'store_unavailable' });
    store.isAway = false;
    store.isFull = true;
    expect(await check.verify(token)).toMatchObject({ subject: 'alice' });
    store.isFull = false;
    for (let use = 0; use < 2; use++) await check.verify(token);
    expect(store.asked).toEqual([...Array.from({ length: 3 }, () => 'confirmUse 1'), 'isRevoked']);
  });

  it('tells it of a use that it could not write when the principal is looked at again, as a socket does', async () => {
    const { check, handOut } = await instance();
    store.isFull = true;
    const principal = await check.verify(await handOut());
    store.isFull = false;
    for (let use = 0; use < 2; use++) expect(await check.unlessRevoked(principal)).toBe(principal);
    expect(store.asked).toEqual(['confirmUse 1', 'confirmUse 1', 'isRevoked']);
  });

  it('asks nothing but revocations about a credential of a scheme, whatever it says', async () => {
    const { check, handOut } = await instance();
    const principal = { ...(await check.verify(await handOut())), scheme: 'x' };
    await check.unlessRevoked(principal);
    expect(store.asked).toEqual(['confirmUse 1', 'isRevoked']);
  });

  it('refuses a revoked token, at its first use and later', async () => {
    const { check, handOut } = await instance();
    for (const usedBefore of [true, false]) {
      const token = await handOut();
      if (usedBefore) await check.verify(token);
      await store.revokeSubject('alice');
      await expect((async () => check.verify(token))()).rejects.toMatchObject({ code: 'invalid_token' });
    }
  });

  it('a claim of the host that has the same name says nothing', async () => {
    const { check, handOut } = await instance({ claims: () => ({ sid_gen: 5 }) });
    const principal = await check.verify(await handOut({ generation: undefined }));
    expect(principal.claims).not.toHaveProperty('sid_gen');
    expect(store.asked).toEqual(['isRevoked']);
  });

  it('[8693] of one that others were exchanged for asks about those too, and waits for nobody in vain', async () => {
    const { check, handOut } = await instance();
    const origin = { subject: 'bob', clientId: 'web', tokenId: 'a', sessionId: undefined };
    const epoch = await store.claimEpoch('bob', 'web');
    const token = await handOut({
      generation: undefined,
      exchangedFrom: [
        { ...origin, epoch },
        { ...origin, tokenId: 'b', epoch },
      ],
    });
    expect(check.verify(token)).toMatchObject({ subject: 'alice' });
    expect(store.asked).toEqual(Array(3).fill('isRevoked'));
    await store.revokeToken('bob', 'b', 60_000);
    expect(() => check.verify(token)).toThrow('The access token is not valid');
  });
});
