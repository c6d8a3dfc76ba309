import { outcomeOf } from '../../libs/auth/src/kernel/audit/auth-event-map.js';
import { eventFacts } from '../docs/event-facts.js';
import { Exposure } from '../secrets/exposure.js';
import { Everything } from '../support/app/everything.js';
import { platforms } from '../support/app/start-app.js';

/** What the walk brings about. */
const TOLD = [
  'alert.reuse',
  'access-tokens.expired',
  'api-key.created',
  'api-key.revoked',
  'authorization-code.issued',
  'authorization-code.reuse',
  'authorization.denied',
  'client.authentication_failed',
  'client.registered',
  'client.revoked',
  'device.approved',
  'device.denied',
  'everything.revoked',
  'keys.compromised',
  'keys.rotated',
  'login.blocked',
  'login.failed',
  'logout',
  'oauth.refused',
  'refresh.refused',
  'refresh.replayed',
  'refresh.reuse',
  'refresh.rotated',
  'session.opened',
  'session.revoked',
  'subject.revoked',
  'token.issued',
  'token.revoked',
] as const;

/** What it doesn't: that needs failures, time, many sessions, another issuer, or routes of the host. */
const ELSEWHERE = [
  'access.denied',
  'alert.credential-stuffing',
  'alert.failed-logins',
  'alert.key-expiring',
  'issuer.logout',
  'keys.reload_failed',
  'keys.rotation_failed',
  'quota.exceeded',
  'roles.reload_failed',
  'roles.reloaded',
  'session.evicted',
] as const;

describe.each(platforms)('[15] an app with everything, whose endpoints are all called, on %s', (platform) => {
  let all: Everything;
  beforeAll(async () => {
    all = await Everything.start(platform);
    await all.walk();
  });
  afterAll(() => all.close());

  it('is walked for every event that there is, but for those of other tests', () => {
    expect([...TOLD, ...ELSEWHERE].toSorted()).toEqual(
      eventFacts()
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('tells of everything, in records', () => {
    const names = new Set(all.records.map(({ event }) => event));
    expect(TOLD.filter((event) => !names.has(event))).toEqual([]);
    for (const record of all.records) {
      expect(record).toMatchObject({ time: expect.any(Number), outcome: outcomeOf(record.event) });
      expect(Object.values(record)).not.toContain(undefined);
    }
  });

  it('says where it came from, of whatever came in a request', () => {
    const withoutRequest =
      /^(alert|keys|client\.revoked|subject|everything|api-key|access-tokens|session\.revoked|token\.revoked)/;
    for (const record of all.records.filter(({ event }) => !withoutRequest.test(event)))
      expect(record).toHaveProperty(
        'address',
        record.event.startsWith('device.') ? '192.0.2.1' : '127.0.0.1',
      );
  });

  it('says who did what for which client', () => {
    expect(
      all.named('token.issued').map(({ grantType, subject }) => [grantType.split(':').at(-1), subject]),
    ).toEqual([
      ['client_credentials', 'client:reader app'],
      ['token-exchange', 'client:reader app'],
    ]);
    expect(all.named('authorization-code.issued')).toMatchObject([
      { subject: 'ada', clientId: 'reader app' },
    ]);
    expect(all.named('authorization.denied')).toMatchObject([
      { clientId: 'reader app', code: 'access_denied' },
    ]);
    expect(all.named('device.approved')).toMatchObject([
      { subject: 'ada', clientId: 'television', userAgent: 'Browser' },
    ]);
    const [failed] = all.named('client.authentication_failed');
    expect(failed).toMatchObject({
      clientId: 'reader app',
      code: 'invalid_client',
      reason: 'the secret is wrong',
    });
    expect(all.named('oauth.refused').map(({ endpoint, code }) => `${endpoint} ${code}`)).toEqual([
      'token invalid_scope',
      'token invalid_grant',
      'token invalid_grant',
    ]);
  });

  it('shows no secret that was used, in no event and no line of the log at any level', () => {
    const exposure = new Exposure(all.secrets);
    for (const record of all.records) exposure.show(record, record.event);
    for (const line of all.logger.lines) exposure.lookAt(line, 'log');
    expect([...exposure.found]).toEqual([]);
    expect(Object.keys(all.secrets).length).toBeGreaterThan(25);
    expect(all.records.length).toBeGreaterThan(40);
  });
});
