import { AuthEvents } from '../../../libs/auth/src/kernel/auth-events.js';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration/configuration-error.js';
import { MemorySessionState } from '../../../libs/auth/src/subjects/memory-session-state.js';
import { blacklistSettings } from '../sessions/session-media.js';
import { ManualClock } from '../../../libs/auth/src/testing/manual-clock.js';
import { MemoryTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import { TokenBlacklistService } from '../../../libs/auth/src/token-blacklist/token-blacklist.service.js';
import type { Principal } from '../../../libs/auth/src/kernel/principal.js';
import { ApiKeyService } from '../../../libs/auth/src/api-keys/api-key.service.js';
import type { ApiKeyStore } from '../../../libs/auth/src/api-keys/api-key.store.js';
import {
  type ApiKeysOptions,
  resolveApiKeysSettings,
} from '../../../libs/auth/src/api-keys/api-keys.settings.js';
import { HostApiKeyStore } from '../../../libs/auth/src/api-keys/host-api-key.store.js';
import { MemoryApiKeyStore } from '../../../libs/auth/src/api-keys/memory-api-key.store.js';

/** API keys and revocations in one process, and what was told of keys. */
export function assembleApiKeys(
  options: ApiKeysOptions | boolean = true,
  over?: (store: ApiKeyStore) => ApiKeyStore,
) {
  const clock = new ManualClock();
  const findings = new ConfigurationFindings();
  const settings = resolveApiKeysSettings(options, findings, { production: true });
  findings.throwIfAny();
  const events = new AuthEvents();
  const told: (readonly [event: string, payload: object])[] = [];
  for (const event of ['api-key.created', 'api-key.revoked'] as const)
    events.on(event, (payload) => told.push([event, payload]));
  const lifetimes = blacklistSettings();
  const tokens = new MemoryTokenBlacklistStore(new MemorySessionState(clock, lifetimes));
  const blacklist = new TokenBlacklistService(tokens, lifetimes, events, clock);
  const memory = new MemoryApiKeyStore(clock, { maxKeys: 1000 });
  const store = over?.(memory) ?? memory;
  const service = new ApiKeyService(store, settings, blacklist, events);
  const principal = async (): Promise<Principal> =>
    ({
      subject: 'ada',
      clientId: 'web',
      tokenId: 't',
      sessionId: undefined,
      epoch: await blacklist.epochFor('ada', 'web'),
    }) as Principal;
  return { clock, told, blacklist, store, service, principal };
}

/** The least that a key needs. */
export const WANTED = { subject: 'ada', name: 'CI' };

/** A store whose verbs `act` first. */
export function acting(act: (verb: keyof ApiKeyStore) => Promise<void>) {
  return (store: ApiKeyStore): ApiKeyStore =>
    new HostApiKeyStore(
      new Proxy(store, {
        get(target, verb: keyof ApiKeyStore) {
          if (verb === 'canLoseWrites') return target[verb];
          const ask = target[verb].bind(target) as (...given: unknown[]) => Promise<unknown>;
          return async (...given: unknown[]) => {
            await act(verb);
            return ask(...given);
          };
        },
      }),
    );
}
