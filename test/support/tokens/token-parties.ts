import { JwtService } from '@nestjs/jwt';
import type { AccessTokenGrant } from '../../../libs/auth/src/access-tokens/access-token-grant.js';
import { AccessTokenIssuer } from '../../../libs/auth/src/access-tokens/access-token-issuer.js';
import { AccessTokenVerifier } from '../../../libs/auth/src/access-tokens/access-token-verifier.js';
import {
  type AccessTokensOptions,
  type AccessTokensSettings,
  resolveAccessTokensSettings,
} from '../../../libs/auth/src/access-tokens/access-tokens.settings.js';
import { AuthEvents } from '../../../libs/auth/src/kernel/auth-events.js';
import type { Clock } from '../../../libs/auth/src/kernel/clock.js';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration-error.js';
import { createKeySource } from '../../../libs/auth/src/keys/create-key-source.js';
import { KeyRing } from '../../../libs/auth/src/keys/key-ring.js';
import { type KeysOptions, resolveKeysSettings } from '../../../libs/auth/src/keys/keys.settings.js';
import type { KeyStore } from '../../../libs/auth/src/keys/sources/key-store.js';
import { MemoryKeyStore } from '../../../libs/auth/src/keys/sources/memory-key-store.js';
import { ManualClock } from '../../../libs/auth/src/testing/manual-clock.js';

/** How the parties are set up; everything has a default but the keys. */
export interface PartiesOptions {
  readonly keys: KeysOptions;
  readonly tokens?: AccessTokensOptions;
  readonly clock?: Clock;
  /** Where shared keys are kept. */
  readonly store?: (keyEncryptionKeys: readonly Buffer[]) => KeyStore;
  readonly longestTokenMs?: number;
}

/** One instance's key ring, issuer and verifier. */
export interface TokenParties {
  readonly settings: AccessTokensSettings;
  readonly events: AuthEvents;
  readonly ring: KeyRing;
  readonly issuer: AccessTokenIssuer;
  readonly verifier: AccessTokenVerifier;
  readonly jwt: CountingJwtService;
}

/** The real service, counting how often a token got as far as a signature check. */
export class CountingJwtService extends JwtService {
  verifications = 0;

  override verify<T extends object>(...args: Parameters<JwtService['verify']>): T {
    this.verifications += 1;
    return super.verify<T>(...args);
  }
}

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://api.example';

/** A user's grant. */
export const GRANT: AccessTokenGrant = {
  subject: 'alice',
  clientId: 'web',
  scope: ['read', 'write'],
  roles: ['editor'],
  sessionId: 'session-1',
  epoch: 3,
  authenticatedAt: Date.UTC(2025, 11, 31),
};

/** Sets up one instance. The ring's timer is off: specs reload by hand, or follow the store's signals. */
export async function tokenParties({
  keys,
  tokens = {},
  clock = new ManualClock(),
  store = () => new MemoryKeyStore(),
  longestTokenMs = 15 * 60_000 + 5000,
}: PartiesOptions): Promise<TokenParties> {
  const findings = new ConfigurationFindings();
  const keysSettings = resolveKeysSettings(keys, { production: false, longestTokenMs }, findings);
  const settings = resolveAccessTokensSettings(tokens, { issuer: ISSUER, audience: AUDIENCE }, findings);
  findings.throwIfAny();
  const events = new AuthEvents();
  const ring = new KeyRing(keysSettings, createKeySource(keysSettings, clock, store), clock, events);
  await ring.load();
  const jwt = new CountingJwtService();
  return {
    settings,
    events,
    ring,
    jwt,
    issuer: new AccessTokenIssuer(settings, ring, jwt, clock),
    verifier: new AccessTokenVerifier(settings, ring, jwt, clock),
  };
}
