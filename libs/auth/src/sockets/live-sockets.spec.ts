import { resolveAuthenticationSettings } from '../authentication/authentication.settings.js';
import { AuthError, storeUnavailable } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { SystemClock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { Principal } from '../kernel/principal.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { type RevocableToken, TokenBlacklistStore } from '../token-blacklist/token-blacklist.store.js';
import { LiveSockets } from './live-sockets.js';

/** A store that says what the test wants, and counts how often it is asked. */
class AnsweringStore extends TokenBlacklistStore {
  readonly revoked = new Set<string>();
  isAway = false;
  asked = 0;

  async isRevoked({ tokenId }: RevocableToken): Promise<boolean> {
    this.asked += 1;
    if (this.isAway) throw storeUnavailable('away');
    return this.revoked.has(tokenId);
  }

  async confirmUse(): Promise<'confirmed'> {
    return 'confirmed';
  }
  async revokeToken(): Promise<void> {}
  async revokeSession(): Promise<undefined> {}
  async revokeSubject(): Promise<readonly string[]> {
    return [];
  }
  async expireAccessTokens(): Promise<void> {}
  async revokeClient(): Promise<void> {}
  async revokeEverything(): Promise<void> {}
  async claimEpoch(): Promise<number> {
    return 0;
  }
}

const INTERVAL_MS = 5_000;
const HOUR_MS = 3_600_000;

describe('[10-5] LiveSockets', () => {
  let store: AnsweringStore;
  let events: AuthEvents;
  let live: LiveSockets;
  let blacklist: TokenBlacklistService;
  let closed: string[];

  beforeEach(() => {
    jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
    store = new AnsweringStore();
    events = new AuthEvents();
    closed = [];
    const clock = new SystemClock();
    const lifetimes = {
      accessTokenLifetimeMs: HOUR_MS,
      clockToleranceMs: 0,
      sessionLifetimeMs: HOUR_MS,
      longestLoginMs: HOUR_MS,
      marksKeptUntil: 0,
      maxStalenessMs: 0,
      feedTtlMs: 0,
      maxRevocationsInMemory: 10,
    };
    blacklist = new TokenBlacklistService(store, lifetimes, events, clock);
    const settings = resolveAuthenticationSettings({}, new ConfigurationFindings());
    live = new LiveSockets(settings, clock, events);
  });
  afterEach(() => {
    live.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  const principal = (name: string, lifetimeMs = HOUR_MS, sessionId = `s-${name}`): Principal => ({
    subject: 'ada',
    clientId: 'web',
    scope: undefined,
    roles: [],
    sessionId,
    tokenId: `t-${name}`,
    epoch: 0,
    authenticatedAt: undefined,
    amr: undefined,
    acr: undefined,
    sessionData: undefined,
    issuedAt: Date.now(),
    expiresAt: Date.now() + lifetimeMs,
    claims: {},
  });
  const sessionless = (name: string): Principal => ({ ...principal(name), sessionId: undefined });
  const watch = (name: string, who = principal(name)): (() => void) =>
    live.watch({ principal: who, recheck: () => recheck(who) }, ({ code }: AuthError) =>
      closed.push(`${name} ${code}`),
    );
  const recheck = async (who: Principal): Promise<Principal> => {
    if (await blacklist.isRevoked(who)) throw new AuthError('invalid_token');
    return who;
  };

  it('[11-D] closes the sockets of a subject at once when its access tokens are refused, but for those of fresh ones', async () => {
    watch('a');
    watch('fresh');
    watch('b', { ...principal('b'), subject: 'bob' });
    store.revoked.add('t-a').add('t-b');
    events.emit('access-tokens.expired', { subject: 'ada' });
    await jest.advanceTimersByTimeAsync(0);
    expect(closed).toEqual(['a invalid_token']);
    expect(live.size).toBe(2);
    live.onApplicationShutdown();
  });

  it('closes a socket when its token expires, not before', async () => {
    watch('a', principal('a', 60_000));
    await jest.advanceTimersByTimeAsync(59_999);
    expect(closed).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(closed).toEqual(['a invalid_token']);
    expect(live.size).toBe(0);
  });

  it('waits for an expiry that is further away than a timer reaches', async () => {
    const lifetimeMs = 2 ** 31 * 2.5;
    live.onApplicationShutdown();
    watch('a', principal('a', lifetimeMs));
    await jest.advanceTimersByTimeAsync(lifetimeMs - 1);
    expect(closed).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(closed).toEqual(['a invalid_token']);
  });

  it('closes the sockets of a session at once when this process ends it', async () => {
    watch('a');
    watch('a');
    watch('b');
    events.emit('session.revoked', { sessionId: 's-a', subject: 'ada' });
    expect(closed).toEqual(['a invalid_token', 'a invalid_token']);
    events.emit('refresh.reuse', { sessionId: 's-b', subject: 'ada' });
    expect(closed).toHaveLength(3);
  });

  it('asks once a round for each token, whatever it has of sockets, and not at all without any', async () => {
    for (let count = 0; count < 20; count += 1) watch('a');
    watch('machine', sessionless('machine'));
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(store.asked).toBe(2);
    store.revoked.add('t-a');
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(closed).toEqual(Array<string>(20).fill('a invalid_token'));
    store.revoked.add('t-machine');
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect([closed.at(-1), store.asked]).toEqual(['machine invalid_token', 5]);
    await jest.advanceTimersByTimeAsync(10 * INTERVAL_MS);
    expect(store.asked).toBe(5);
  });

  // Ids of tokens are unique for an issuer and a subject at most, and a scheme numbers its credentials as it likes.
  it.each<[string, Partial<Principal>]>([
    ['subject', { subject: 'bob' }],
    ['scheme', { scheme: 'ApiKey' }],
    ['issuer', { claims: { iss: 'https://other.test' } }],
  ])('ends only the sockets that were revoked, whoever else has the id: another %s', async (_name, other) => {
    const mine = sessionless('same');
    const refused = new Set<Principal>();
    const watchAs = (name: string, who: Principal): (() => void) =>
      live.watch(
        {
          principal: who,
          recheck: () => (refused.has(who) ? Promise.reject(new AuthError('invalid_token')) : who),
        },
        ({ code }) => closed.push(`${name} ${code}`),
      );
    const theirs = { ...mine, ...other };
    watchAs('mine', mine);
    watchAs('theirs', theirs);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(closed).toEqual([]);
    refused.add(theirs);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(closed).toEqual(['theirs invalid_token']);
    watchAs('theirs', { ...theirs });
    refused.add(mine);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(closed).toEqual(['theirs invalid_token', 'mine invalid_token']);
    live.onApplicationShutdown();
  });

  it('ends at once only what an event is about, whoever else has the id', () => {
    const token = { ...sessionless('token'), tokenId: 'id' };
    const key = { ...token, scheme: 'ApiKey' };
    watch('key', key);
    watch('key of bob', { ...key, subject: 'bob' });
    watch('host', { ...key, scheme: 'HostKey' });
    watch('token', token);
    watch('session', principal('session', HOUR_MS, 'id'));
    watch('session of bob', { ...principal('session', HOUR_MS, 'id'), subject: 'bob' });
    events.emit('api-key.revoked', { keyId: 'id', subject: 'ada' });
    expect(closed).toEqual(['key invalid_token']);
    events.emit('session.revoked', { sessionId: 'id', subject: 'ada' });
    expect(closed).toEqual(['key invalid_token', 'session invalid_token']);
    live.onApplicationShutdown();
  });

  it('keeps sockets over a short outage, and closes them after a long one', async () => {
    watch('a');
    store.isAway = true;
    await jest.advanceTimersByTimeAsync(12 * INTERVAL_MS);
    expect(closed).toEqual([]);
    store.isAway = false;
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    store.isAway = true;
    await jest.advanceTimersByTimeAsync(12 * INTERVAL_MS);
    expect(closed).toEqual([]);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(closed).toEqual(['a store_unavailable']);
  });

  it('leaves nothing of 1000 sockets that were opened and closed', async () => {
    const forget = Array.from({ length: 1000 }, (_, at) => watch(`${at % 300}`));
    expect([live.size, jest.getTimerCount()]).toEqual([1000, 1001]);
    for (const each of forget) {
      each();
      each();
    }
    expect([live.size, jest.getTimerCount()]).toEqual([0, 0]);
    expect((live as unknown as { sockets: Map<string, unknown> }).sockets.size).toBe(0);
    expect(closed).toEqual([]);
  });

  it('starts one round at a time, also when sockets come and go while one is under way', async () => {
    const forget = watch('a');
    jest.advanceTimersByTime(INTERVAL_MS);
    forget();
    watch('b');
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(2);
  });
});
