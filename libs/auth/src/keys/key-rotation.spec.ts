import { assert, array, asyncProperty, boolean, integer, record } from 'fast-check';
import { MemoryKeyStore } from '../../../../test/support/tokens/memory-key.store.js';
import { keyParts } from '../../../../test/support/tokens/token-parties.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import { createKeySource } from './create-key-source.js';
import { KeyRing } from './key-ring.js';
import { resolveKeysSettings } from './keys.settings.js';

const MAX_AGE_MS = 60_000;
const LONGEST_TOKEN_MS = 300_000;

const settings = resolveKeysSettings(
  {
    algorithm: 'ES256',
    jwksMaxAge: MAX_AGE_MS,
    rotation: { every: '20m' },
  },
  { production: false, longestTokenMs: LONGEST_TOKEN_MS },
  new ConfigurationFindings(),
);

interface Snapshot {
  readonly at: number;
  readonly kids: readonly (string | undefined)[];
}

describe('[03] whenever keys rotate, on schedule or on demand', () => {
  const steps = array(record({ wait: integer({ min: 0, max: 400_000 }), rotates: boolean() }), {
    minLength: 1,
    maxLength: 15,
  });

  it('every JWKS that may still be in a cache has the key that signs, and every live token has its key', () =>
    assert(
      asyncProperty(steps, async (taken) => {
        const clock = new ManualClock();
        const store = new MemoryKeyStore();
        const events = new AuthEvents();
        const rings = [0, 1].map(
          () => new KeyRing(settings, createKeySource(settings, keyParts(clock, store)), clock, events),
        );
        const snapshots: Snapshot[] = [];
        const lastTokenOf = new Map<string, number>();

        const observe = (): void => {
          const now = clock.now();
          for (const ring of rings) {
            const { kid } = ring.active();
            lastTokenOf.set(kid, now + LONGEST_TOKEN_MS);
            const cached = snapshots.filter(({ at }) => at > now - MAX_AGE_MS);
            expect(cached.filter(({ kids }) => !kids.includes(kid))).toEqual([]);
            const live = [...lastTokenOf].filter(([, expiresAt]) => expiresAt > now);
            expect(live.filter(([each]) => ring.find(each).length === 0)).toEqual([]);
            snapshots.push({ at: now, kids: ring.jwks().keys.map((key) => key['kid']) });
          }
        };

        for (const ring of rings) await ring.load();
        observe();
        for (const { wait, rotates } of taken) {
          // Upkeep comes by at least once a minute; look just before and just after it.
          for (let waited = 0; waited < wait; waited += MAX_AGE_MS) {
            clock.advance(Math.min(MAX_AGE_MS, wait - waited));
            observe();
            await Promise.all(rings.map((ring) => ring.maintain()));
            observe();
          }
          // The other instance finds out in its own time.
          if (rotates) await rings[0]?.rotate();
          observe();
        }
        for (const ring of rings) ring.close();
      }),
      { numRuns: 40 },
    ));
});
