import { type AuthEventMap, AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { storeUnavailable } from '../kernel/auth-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../throttler/sliding-window/memory-sliding-window.store.js';
import { type WindowMedium, windowMedia } from '../../../../test/throttler/window-media.js';
import { randomId } from '../kernel/opaque.js';
import type { SlidingWindowStore } from '../throttler/sliding-window/sliding-window.store.js';
import { until } from '../../../../test/support/until.js';
import { Alerts } from './alerts.service.js';
import { resolveEventsSettings } from './events.settings.js';

const DAY_MS = 86_400_000;
type Heard = AuthEventMap[keyof AuthEventMap];

function settingsOf(alerts: object = {}) {
  const findings = new ConfigurationFindings();
  const settings = resolveEventsSettings({ alerts }, findings);
  findings.throwIfAny();
  return settings.alerts;
}

/** One instance; several share the store. */
function instance(store: SlidingWindowStore, alerts: object = {}) {
  const events = new AuthEvents();
  const clock = new ManualClock();
  const keys: { lastToSign: { kid: string; expiresAt: number } | undefined } = { lastToSign: undefined };
  const service = new Alerts(settingsOf(alerts), store, events, { keys, clock });
  const heard: Heard[] = [];
  for (const name of ['failed-logins', 'credential-stuffing', 'reuse', 'key-expiring'] as const)
    events.on(`alert.${name}`, (record) => heard.push(record));
  const fail = (account: string, address?: string) =>
    events.emit('login.failed', { clientId: 'web', account }, () => ({ address }));
  return { events, clock, keys, service, heard, fail };
}

/** Counts what was asked, and that all of it was answered. */
function counting(store: SlidingWindowStore) {
  const asked = { count: 0, open: 0 };
  const hit: SlidingWindowStore['hit'] = async (hits) => {
    asked.count += 1;
    asked.open += 1;
    try {
      return await store.hit(hits);
    } finally {
      asked.open -= 1;
    }
  };
  return { asked, store: { hit } as SlidingWindowStore };
}

describe.each(windowMedia)('[15] alerts, counted on $name', ({ start }) => {
  let medium: WindowMedium;
  beforeAll(async () => {
    medium = await start();
  }, 120_000);
  afterAll(() => medium.stop());

  const stand = (alerts: object) => {
    const { asked, store } = counting(medium.credentials);
    const all = [instance(store, alerts), instance(store, alerts)];
    const told = () => all.flatMap(({ heard }) => heard);
    return { all, told, settled: () => until('all is counted', () => asked.open === 0) };
  };

  it('tell of so many failed logins to one account, once, on whatever instances they were', async () => {
    const { all, told, settled } = stand({ failedLogins: { failures: 5, within: '1h' } });
    const account = randomId();
    for (let count = 0; count < 4; count += 1) all[count % 2]!.fail(account);
    for (let count = 0; count < 4; count += 1) all[0]!.fail(randomId());
    await settled();
    expect(told()).toEqual([]);
    for (let count = 0; count < 6; count += 1) all[count % 2]!.fail(account);
    await until('the alert is told', () => told().length > 0);
    await settled();
    expect(told()).toMatchObject([
      { event: 'alert.failed-logins', outcome: 'alert', account, failures: 5, withinMs: 3_600_000 },
    ]);
  });

  it('tell of failed logins to many accounts from one network', async () => {
    const alerts = {
      credentialStuffing: { accounts: 4, within: '10m' },
      failedLogins: { failures: 1000, within: '1h' },
    };
    const { all, told, settled } = stand(alerts);
    const net = `2001:db8:${Math.floor(Math.random() * 0xffff).toString(16)}`;
    const accounts = Array.from({ length: 6 }, () => randomId());
    for (let count = 0; count < 9; count += 1) all[count % 2]!.fail(accounts[0]!, `${net}:${count}::1`);
    for (const account of accounts) all[0]!.fail(account, `198.51.100.${accounts.indexOf(account)}`);
    await settled();
    const network = '198.51.100.0/24';
    expect(told()).toMatchObject([{ event: 'alert.credential-stuffing', network, accounts: 4 }]);
    for (const account of accounts) all[1]!.fail(account, `${net}:${accounts.indexOf(account)}::1`);
    await until('the alert is told', () => told().length > 1);
    await settled();
    expect(told()[1]).toMatchObject({ network: expect.stringContaining('/48') });
    expect(told()).toHaveLength(2);
  });
});

describe('[15] alerts', () => {
  const memory = () => new MemorySlidingWindowStore(new ManualClock());
  const reused = { sessionId: 's', subject: 'ada' };

  it('tell of reuse, at the first one unless told otherwise, and again once it is over', async () => {
    const clock = new ManualClock();
    const { asked, store } = counting(new MemorySlidingWindowStore(clock));
    const first = instance(store);
    const later = instance(store, { reuse: { times: 3, within: '2h' } });
    for (let count = 0; count < 3; count += 1) first.events.emit('refresh.reuse', reused);
    await until('all is counted', () => asked.open === 0);
    expect(first.heard).toMatchObject([{ event: 'alert.reuse', reuses: 1 }]);
    for (let count = 0; count < 2; count += 1) later.events.emit('refresh.reuse', reused);
    await until('all is counted', () => asked.open === 0);
    expect(later.heard).toEqual([]);
    later.events.emit('authorization-code.reuse', { sessionId: 's', clientId: 'web' });
    await until('the alert is told', () => later.heard.length === 1);
    clock.advance(3_600_001);
    const another = instance(store);
    another.events.emit('refresh.reuse', reused);
    await until('the alert is told', () => another.heard.length === 1);
  });

  it('count nothing that nobody listens to, and no more once it was told', async () => {
    const { asked, store } = counting(memory());
    const events = new AuthEvents();
    const expiry = { keys: { lastToSign: undefined }, clock: new ManualClock() };
    const service = new Alerts(settingsOf(), store, events, expiry);
    let overheard = 0;
    // As metrics do.
    events.overhear(() => (overheard += 1));
    events.emit('login.failed', { clientId: 'web', account: 'masked' }, () => ({ address: '192.0.2.1' }));
    await service.lookAtKeys();
    expect([asked.count, overheard]).toEqual([0, 1]);
    const { heard, fail } = instance(store, { failedLogins: { failures: 2, within: '1h' } });
    for (let count = 0; count < 3; count += 1) fail('masked');
    await until('the alert is told', () => heard.length === 1 && asked.open === 0);
    const before = asked.count;
    for (let count = 0; count < 50; count += 1) fail('masked');
    expect(asked.count).toBe(before);
  });

  it('are missed where the store is away, and nothing else is', async () => {
    const away = { hit: () => Promise.reject(storeUnavailable('away')) } as Partial<SlidingWindowStore>;
    const failures: unknown[] = [];
    const events = new AuthEvents((error) => failures.push(error));
    const expiry = { keys: { lastToSign: { kid: 'k', expiresAt: 0 } }, clock: new ManualClock() };
    const service = new Alerts(settingsOf(), away as SlidingWindowStore, events, expiry);
    const told: Heard[] = [];
    events.onAny((record) => told.push(record));
    events.emit('login.failed', { clientId: 'web', account: 'masked' }, () => ({ address: '192.0.2.1' }));
    events.emit('refresh.reuse', reused);
    await service.lookAtKeys();
    expect([told.map(({ event }) => event), failures]).toEqual([['login.failed', 'refresh.reuse'], []]);
  });

  it('tell once a day of a key that ends with none to follow it', async () => {
    const store = memory();
    const [one, other] = [instance(store), instance(store)];
    const expiresAt = one.clock.now() + 8 * DAY_MS;
    one.keys.lastToSign = other.keys.lastToSign = { kid: 'k1', expiresAt };
    await one.service.lookAtKeys();
    expect(one.heard).toEqual([]);
    for (const { clock } of [one, other]) clock.advance(DAY_MS);
    for (const { service } of [one, other, one]) await service.lookAtKeys();
    expect([one.heard, other.heard]).toMatchObject([
      [{ event: 'alert.key-expiring', kid: 'k1', expiresAt, outcome: 'alert' }],
      [],
    ]);
  });
});
