import type {
  AccessTokenContent,
  CommittedTerms,
} from '../../../libs/auth/src/access-tokens/access-token-content.js';
import { AccessTokenIssuer } from '../../../libs/auth/src/access-tokens/access-token-issuer.js';
import { AccessTokenVerifier } from '../../../libs/auth/src/access-tokens/access-token-verifier.js';
import {
  type AccessTokensSettings,
  resolveAccessTokensSettings,
} from '../../../libs/auth/src/access-tokens/access-tokens.settings.js';
import type { AccessTokensOptions } from '../../../libs/auth/src/access-tokens/access-tokens.options.js';
import { VerifiedTokens } from '../../../libs/auth/src/access-tokens/verified-tokens.js';
import { AuthEvents } from '../../../libs/auth/src/kernel/auth-events.js';
import { GuardedFiles } from '../../../libs/auth/src/files/guarded-files.js';
import type { Clock } from '../../../libs/auth/src/kernel/clock.js';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration/configuration-error.js';
import { createKeySource, type KeySourceParts } from '../../../libs/auth/src/keys/create-key-source.js';
import { KeyRing } from '../../../libs/auth/src/keys/key-ring.js';
import { resolveKeysSettings } from '../../../libs/auth/src/keys/keys.settings.js';
import type { KeysOptions } from '../../../libs/auth/src/keys/keys.options.js';
import { KeySeal } from '../../../libs/auth/src/keys/managed/key-seal.js';
import type { KeyStore } from '../../../libs/auth/src/keys/managed/key.store.js';
import { SealedKeys } from '../../../libs/auth/src/keys/managed/sealed-keys.js';
import { ManualClock } from '../../../libs/auth/src/testing/manual-clock.js';
import { MemoryKeyStore } from './memory-key.store.js';

/** How the parties are set up; everything has a default but the keys. */
export interface PartiesOptions {
  readonly keys: KeysOptions;
  readonly tokens?: AccessTokensOptions;
  readonly clock?: Clock;
  /** Where managed keys are kept. */
  readonly store?: KeyStore;
  readonly longestTokenMs?: number;
}

/** One instance's key ring, issuer and verifier. */
export interface TokenParties {
  readonly settings: AccessTokensSettings;
  readonly events: AuthEvents;
  readonly ring: KeyRing;
  readonly issuer: AccessTokenIssuer;
  readonly verifier: CountingVerifier;
  /** The tokens the verifier knows. */
  readonly known: VerifiedTokens;
}

/** The real verifier, counting how often a token got as far as a signature check. */
export class CountingVerifier extends AccessTokenVerifier {
  signatureChecks = 0;

  protected override isSignedWith(...args: Parameters<AccessTokenVerifier['isSignedWith']>): boolean {
    this.signatureChecks += 1;
    return super.isSignedWith(...args);
  }
}

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://api.example';

/** A user's grant. */
export const GRANT: AccessTokenContent & CommittedTerms = {
  subject: 'alice',
  clientId: 'web',
  scope: ['read', 'write'],
  roles: ['editor'],
  sessionId: 'session-1',
  epoch: 3,
  authenticatedAt: Date.UTC(2025, 11, 31),
};

const SEAL_KEY = Buffer.alloc(32, 'the key of every seal in specs. ');

/** What key sources of specs are made with. */
export function keyParts(clock: Clock, store: KeyStore = new MemoryKeyStore()): KeySourceParts {
  const keptKeys = () => new SealedKeys(store, new KeySeal([SEAL_KEY]));
  return { clock, keptKeys, files: new GuardedFiles(() => {}) };
}

/** Sets up one instance. The ring's timer is off: specs reload by hand, or follow the store's signals. */
export async function tokenParties({
  keys,
  tokens = {},
  clock = new ManualClock(),
  store = new MemoryKeyStore(),
  longestTokenMs = 15 * 60_000 + 5000,
}: PartiesOptions): Promise<TokenParties> {
  const findings = new ConfigurationFindings();
  const keysSettings = resolveKeysSettings(keys, { production: false, longestTokenMs }, findings);
  const settings = resolveAccessTokensSettings(tokens, { issuer: ISSUER, audience: AUDIENCE }, findings);
  findings.throwIfAny();
  const events = new AuthEvents();
  const ring = new KeyRing(
    keysSettings,
    createKeySource(keysSettings, keyParts(clock, store)),
    clock,
    events,
  );
  await ring.load();
  const known = new VerifiedTokens(settings, ring, clock);
  return {
    settings,
    events,
    ring,
    known,
    // It knows its own tokens, as on another instance: the verifier has to check them.
    issuer: new AccessTokenIssuer(settings, ring, clock, new VerifiedTokens(settings, ring, clock)),
    verifier: new CountingVerifier(settings, ring, known),
  };
}
