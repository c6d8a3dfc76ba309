import { Logger } from '@nestjs/common';
import { until } from '../../../../test/support/until.js';
import { MemoryKeyStore } from '../../../../test/support/tokens/memory-key.store.js';
import { keyParts } from '../../../../test/support/tokens/token-parties.js';
import { storeUnavailable } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import type { Condition } from '../kernel/condition.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { createKeySource } from '../keys/create-key-source.js';
import { KeyRing } from '../keys/key-ring.js';
import { type KeyRotationOutcome, type KeyRotationRequest, KeySource } from '../keys/key-source.js';
import { resolveKeysSettings } from '../keys/keys.settings.js';
import type { KeySet } from '../keys/signing-key.js';
import type { AccessDefinition } from '../rbac/graph/access-definition.js';
import { LiveRoleGraph } from '../rbac/live-role-graph.js';
import { resolveRbacSettings } from '../rbac/rbac.settings.js';
import { RoleSource } from '../rbac/role-source.js';
import { ManualClock } from '../testing/manual-clock.js';
import { GatehouseHealth } from './gatehouse-health.service.js';
import { StoreHealth } from './store-health.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UP: Condition = { status: 'up' };
const settings = resolveKeysSettings(
  { algorithm: 'ES256', rotation: { every: '1d' } },
  { production: false, longestTokenMs: 15 * MINUTE_MS },
  new ConfigurationFindings(),
);

/** Keys that can't be loaded, or replaced, while something is wrong. */
class TroubledKeys extends KeySource {
  loading: Error | undefined;
  rotating: Error | undefined;
  found: KeySet | undefined;
  looks = 0;
  private readonly inner: KeySource;

  constructor(clock: ManualClock, store: MemoryKeyStore) {
    super();
    this.inner = createKeySource(settings, keyParts(clock, store));
  }

  load(): Promise<KeySet> {
    this.looks += 1;
    if (this.loading !== undefined) return Promise.reject(this.loading);
    return this.found === undefined ? this.inner.load() : Promise.resolve(this.found);
  }

  override rotate(request: KeyRotationRequest): Promise<KeyRotationOutcome> {
    return this.rotating === undefined ? this.inner.rotate(request) : Promise.reject(this.rotating);
  }
}

/** Roles that can't be loaded while something is wrong. */
class TroubledRoles extends RoleSource {
  trouble: Error | undefined;

  load(): Promise<AccessDefinition> {
    return this.trouble === undefined
      ? Promise.resolve({ roles: { demo: {} } })
      : Promise.reject(this.trouble);
  }
}

describe('health, as it is told', () => {
  const ends: (() => void)[] = [];
  const clock = new ManualClock();

  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['error', 'warn', 'log']));
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  /** One instance; its Redis is in memory, so whatever is wrong is wrong with its keys or roles. */
  async function instance({
    store = new MemoryKeyStore(),
    keys = new TroubledKeys(clock, store),
  }: { readonly store?: MemoryKeyStore; readonly keys?: TroubledKeys } = {}) {
    const roles = new TroubledRoles();
    const events = new AuthEvents();
    const ring = new KeyRing(settings, keys, clock, events);
    const rbac = resolveRbacSettings({ source: roles }, new ConfigurationFindings());
    const graph = await LiveRoleGraph.start(rbac, events);
    await ring.load();
    ends.push(
      () => ring.close(),
      () => graph.onApplicationShutdown(),
    );
    const health = new GatehouseHealth(new StoreHealth(undefined, () => false), ring, graph, 'memory');
    /** What it says of keys and roles, and that all together are the worse of the two. */
    const told = async (part: 'keys' | 'rbac'): Promise<Condition> => {
      const { status, components } = await health.check();
      expect(status).toBe(components[part].status);
      expect(components[part === 'keys' ? 'rbac' : 'keys']).toEqual(UP);
      return components[part];
    };
    return { keys, roles, ring, graph, told };
  }

  it('of keys: degraded since their source began to fail, for the last reason, and up with the next look', async () => {
    const { keys, ring, told } = await instance();
    expect(await told('keys')).toEqual(UP);
    const since = clock.now();
    keys.loading = new Error('vault: https://me:hidden@vault.example/keys?token=hidden refused');
    await ring.reload();
    const reason = "keys can't be loaded: vault: https://vault.example/keys refused";
    expect(await told('keys')).toEqual({ status: 'degraded', reason, since });
    clock.advance(MINUTE_MS);
    keys.loading = storeUnavailable('Redis: no connection', { isReported: true });
    await ring.reload();
    const now = { status: 'degraded', reason: "keys can't be loaded: Redis: no connection", since };
    expect(await told('keys')).toEqual(now);
    keys.loading = undefined;
    await ring.reload();
    expect(await told('keys')).toEqual(UP);
    // It is another failure, with a beginning of its own.
    clock.advance(MINUTE_MS);
    keys.loading = new Error('status 500');
    await ring.reload();
    expect((await told('keys')).since).toBe(since + 2 * MINUTE_MS);
  });

  it('of keys: up again by the check itself, since a process that nobody calls looks as well', async () => {
    const { keys, ring, told } = await instance();
    keys.loading = new Error('status 500');
    await ring.reload();
    keys.loading = undefined;
    for (let check = 0; check < 3; check++) expect((await told('keys')).status).toBe('degraded');
    clock.advance(settings.reloadCooldownMs);
    await until('it is up', async () => (await told('keys')).status === 'up');
    // Not more often than once per cooldown, however often health is asked for.
    expect(keys.looks).toBe(3);
  });

  it('of keys: down while there are none, since the first look, and up as soon as there are', async () => {
    const keys = new TroubledKeys(clock, new MemoryKeyStore());
    keys.loading = storeUnavailable('Redis: no connection', { isReported: true });
    const since = clock.now();
    const { ring, told } = await instance({ keys });
    const reason = "keys can't be loaded: Redis: no connection";
    clock.advance(MINUTE_MS);
    await ring.reload();
    expect(await told('keys')).toEqual({ status: 'down', reason, since });
    keys.loading = undefined;
    await ring.reload();
    expect(await told('keys')).toEqual(UP);
  });

  it('of keys: down once all of them are retired, though their source answers', async () => {
    const { keys, ring, told } = await instance();
    const [known] = await keys.load();
    const retired = { ...known!.lifetime, retiredFrom: clock.now() + MINUTE_MS };
    keys.found = [{ ...known!, lifetime: retired }];
    await ring.reload();
    expect(await told('keys')).toEqual(UP);
    clock.advance(MINUTE_MS);
    expect(await told('keys')).toEqual({ status: 'down', reason: 'all keys are retired' });
  });

  it('of keys: down once the last one that signs has stopped, though it verifies on', async () => {
    const { keys, ring, told } = await instance();
    const [known] = await keys.load();
    keys.found = [{ ...known!, lifetime: { ...known!.lifetime, retiringFrom: clock.now() + MINUTE_MS } }];
    await ring.reload();
    clock.advance(MINUTE_MS);
    expect(await told('keys')).toEqual({ status: 'down', reason: 'no key signs any more' });
    expect(ring.find(known!.kid)).toHaveLength(1);
  });

  it('of keys: degraded since a rotation that was due first failed, until one is made', async () => {
    const { keys, ring, told } = await instance();
    clock.advance(DAY_MS);
    const since = clock.now();
    keys.rotating = new Error('the key service is read-only');
    await ring.maintain();
    clock.advance(MINUTE_MS);
    await ring.maintain();
    const reason = 'a rotation is due and failed: the key service is read-only';
    expect(await told('keys')).toEqual({ status: 'degraded', reason, since });
    // What is worse is told first, and what is left when it is over.
    keys.loading = new Error('status 500');
    await ring.reload();
    expect((await told('keys')).reason).toBe("keys can't be loaded: status 500");
    keys.loading = undefined;
    await ring.reload();
    expect(await told('keys')).toEqual({ status: 'degraded', reason, since });
    keys.rotating = undefined;
    await ring.maintain();
    expect(await told('keys')).toEqual(UP);
  });

  it('of keys: up again once another instance has made the rotation, or an operator', async () => {
    const store = new MemoryKeyStore();
    const [stuck, other] = [await instance({ store }), await instance({ store })];
    clock.advance(DAY_MS);
    stuck.keys.rotating = new Error('read-only');
    await stuck.ring.maintain();
    expect((await stuck.told('keys')).status).toBe('degraded');
    await other.ring.maintain();
    await stuck.ring.maintain();
    expect(await stuck.told('keys')).toEqual(UP);
    // The new key signs only a while after it was made.
    clock.advance(2 * DAY_MS);
    await stuck.ring.maintain();
    expect((await stuck.told('keys')).status).toBe('degraded');
    stuck.keys.rotating = undefined;
    await stuck.ring.rotate();
    expect(await stuck.told('keys')).toEqual(UP);
  });

  it('of roles: degraded since reloads began to fail, for the last reason, and up with the next good one', async () => {
    const { roles, graph, told } = await instance();
    expect(await told('rbac')).toEqual(UP);
    const time = jest.spyOn(Date, 'now');
    ends.push(() => time.mockRestore());
    time.mockReturnValue(1_000);
    roles.trouble = new Error('postgres://me:hidden@db.example/roles refused');
    await graph.reload();
    time.mockReturnValue(2_000);
    const stale = { status: 'degraded', since: 1_000 };
    const first = 'an older graph is in force: postgres://db.example/roles refused';
    expect(await told('rbac')).toEqual({ ...stale, reason: first });
    roles.trouble = new Error('a role is missing');
    await graph.reload();
    expect(await told('rbac')).toEqual({ ...stale, reason: 'an older graph is in force: a role is missing' });
    roles.trouble = undefined;
    await graph.reload();
    expect(await told('rbac')).toEqual(UP);
    time.mockReturnValue(3_000);
    roles.trouble = new Error('again');
    await graph.reload();
    expect((await told('rbac')).since).toBe(3_000);
  });
});
