import { type RunningMedium, type SessionHarness, sessionMedia } from '../support/sessions/session-media.js';
import { facts } from '../support/sessions/session-services.js';
import { type FaultyTokenServices, faultyTokenServices } from '../support/sessions/token-services.js';

describe.each(sessionMedia.slice(0, 2))('[issue 11] what is signed ahead, on $name', ({ start }) => {
  let medium: RunningMedium;
  let harness: SessionHarness;
  let services: FaultyTokenServices;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);
  beforeEach(async () => {
    harness = medium.harness();
    services = await faultyTokenServices(harness);
  });
  afterEach(() => services.ring.close());
  afterAll(() => medium.stop());

  it('a signer elsewhere signs once for a login and once for a refresh', async () => {
    const { tokens, signer } = services;
    await tokens.login(facts({ subject: 'first' }));
    const before = signer.signatures;
    const { refreshToken } = await tokens.login(facts());
    expect(signer.signatures - before).toBe(1);
    await tokens.refresh({ refreshToken });
    expect(signer.signatures - before).toBe(2);
  });

  it('a signer elsewhere signs once for each of many users, whose partitions began at different times', async () => {
    const { tokens, signer } = services;
    const users = Array.from({ length: 8 }, (_, i) => facts({ subject: `user ${i}` }));
    const pairs: { refreshToken: string }[] = [];
    for (const user of users) {
      harness.advance(1);
      pairs.push(await tokens.login(user));
    }
    const before = signer.signatures;
    for (const { refreshToken } of pairs) await tokens.refresh({ refreshToken });
    expect(signer.signatures - before).toBe(users.length);
  });

  it.each<[string, (blacklist: FaultyTokenServices['blacklist']) => Promise<unknown>]>([
    ['the subject', (blacklist) => blacklist.revokeSubject('ada')],
    ['the client', (blacklist) => blacklist.revokeClient('web')],
    ['everybody', (blacklist) => blacklist.revokeEverything()],
  ])('a login opens no session when a revocation of %s comes while it is made ready', async (_, revoke) => {
    const { tokens, blacklist, stand } = services;
    await revoke(blacklist);
    await tokens.login(facts());
    await revoke(blacklist);
    stand.claims = async () => {
      await revoke(blacklist);
      return {};
    };
    await expect(tokens.login(facts())).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await harness.sessions.list('ada', { limit: 10 })).toEqual([]);
    stand.claims = () => ({});
    expect((await tokens.login(facts())).principal.subject).toBe('ada');
  });
});
