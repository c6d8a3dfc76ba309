import { Logger } from '@nestjs/common';
import { keyParts } from '../../../../test/support/tokens/token-parties.js';
import { type AuthError, storeUnavailable } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import { createKeySource } from './create-key-source.js';
import { KeyRing } from './key-ring.js';
import { KeySource } from './key-source.js';
import { resolveKeysSettings } from './keys.settings.js';
import type { KeySet } from './signing-key.js';

describe('WatchedSource', () => {
  const clock = new ManualClock();
  const events = new AuthEvents();
  const settings = resolveKeysSettings(
    { algorithm: 'ES256' },
    { production: false },
    new ConfigurationFindings(),
  );

  it('[10-18] says once when its source begins to fail, changes its reason and answers again', async () => {
    const lines: string[] = [];
    const spies = (['warn', 'log'] as const).map((level) =>
      jest
        .spyOn(Logger.prototype, level)
        .mockImplementation((...line: unknown[]) => void lines.push(String(line[0]))),
    );
    const inner = createKeySource(settings, keyParts(clock));
    let fault: Error | undefined;
    class FaultySource extends KeySource {
      load(): Promise<KeySet> {
        return fault === undefined ? inner.load() : Promise.reject(fault);
      }
    }
    const told: string[] = [];
    const stop = events.on('keys.reload_failed', ({ reason }) => told.push(reason));
    const ring = new KeyRing(settings, new FaultySource(), clock, events);
    await ring.load();
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    fault = new Error('https://me:hidden@vault.example/keys?token=hidden failed', { cause: refused });
    await ring.reload();
    await ring.reload();
    clock.advance(30_000);
    // What lasted how long doesn't depend on what somebody sets.
    clock.set(-3_600_000);
    const unknown = (await ring.findOrReload('unknown').catch((error: unknown) => error)) as AuthError;
    fault = new Error('status 500');
    await ring.reload();
    // What Redis refuses was told where it was noticed.
    fault = storeUnavailable('Redis: no connection', { isReported: true });
    await ring.reload();
    fault = undefined;
    clock.advance(12_000);
    await ring.reload();
    await ring.reload();
    stop();
    ring.close();
    for (const spy of spies) spy.mockRestore();
    const first = 'https://vault.example/keys failed: connect: ECONNREFUSED';
    expect(told).toEqual([first, first, first, 'status 500', 'Redis: no connection']);
    expect(lines).toEqual([
      `Keys can't be loaded: ${first}. What is known goes on verifying.`,
      "Keys can't be loaded: status 500. What is known goes on verifying.",
      'Keys can be loaded again, after 42 s.',
    ]);
    expect([unknown.code, unknown.cause instanceof Error]).toEqual(['store_unavailable', true]);
    expect(JSON.stringify([unknown.message, lines, told])).not.toContain('hidden');
  });

  it('[10-18] leaves it to Redis to say that Redis is away', async () => {
    const lines: unknown[] = [];
    const spies = (['warn', 'log'] as const).map((level) =>
      jest.spyOn(Logger.prototype, level).mockImplementation((...line: unknown[]) => void lines.push(line)),
    );
    const inner = createKeySource(settings, keyParts(clock));
    let isAway = false;
    class DistantSource extends KeySource {
      load(): Promise<KeySet> {
        return isAway
          ? Promise.reject(storeUnavailable('Redis: no connection', { isReported: true }))
          : inner.load();
      }
    }
    const ring = new KeyRing(settings, new DistantSource(), clock, events);
    await ring.load();
    for (isAway of [true, true, false]) await ring.reload();
    ring.close();
    for (const spy of spies) spy.mockRestore();
    expect(lines).toEqual([]);
  });

  it('looks again after the cooldown though the clock was set back', async () => {
    let looks = 0;
    const inner = createKeySource(settings, keyParts(clock));
    class CountingSource extends KeySource {
      load(): Promise<KeySet> {
        looks += 1;
        return inner.load();
      }
    }
    const ring = new KeyRing(settings, new CountingSource(), clock, events);
    await ring.load();
    await ring.findOrReload('unknown');
    clock.set(-3_600_000);
    clock.advance(30_000);
    await ring.findOrReload('unknown');
    ring.close();
    expect(looks).toBe(3);
  });
});
