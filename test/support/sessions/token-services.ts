import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AccessTokensOptions } from '../../../libs/auth/src/access-tokens/access-tokens.options.js';
import { storeUnavailable } from '../../../libs/auth/src/kernel/auth-error.js';
import { KeySource } from '../../../libs/auth/src/keys/key-source.js';
import { Signer } from '../../../libs/auth/src/keys/signer.js';
import { externalSigningKey, type KeySet, verificationKey } from '../../../libs/auth/src/keys/signing-key.js';
import { AccessTokenCheck } from '../../../libs/auth/src/tokens/access-token-check.js';
import { TokenService } from '../../../libs/auth/src/tokens/token.service.js';
import { userReloadBy } from '../../../libs/auth/src/tokens/user-reload.js';
import { createSignature } from '../tokens/create-signature.js';
import { tokenParties } from '../tokens/token-parties.js';
import { ObservedSessionStore } from './observed-session-store.js';
import type { SessionHarness } from './session-media.js';
import { sessionServices } from './session-services.js';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const anotherPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Stands for a KMS; a test says how it fails. */
export class FaultySigner extends Signer {
  fault: 'down' | 'hangs' | 'answers DER' | 'has another key' | undefined;
  signatures = 0;

  async sign(input: Uint8Array): Promise<Uint8Array> {
    this.signatures += 1;
    if (this.fault === 'down') throw new Error('throttled');
    if (this.fault === 'hangs') return new Promise(() => {});
    const signed = await this.signedBy(
      this.fault === 'has another key' ? anotherPair.privateKey : pair.privateKey,
      input,
    );
    return this.fault === 'answers DER'
      ? Buffer.concat([Buffer.from([0x30, signed.length]), signed])
      : signed;
  }

  private signedBy(key: KeyObject, input: Uint8Array): Promise<Uint8Array> {
    return createSignature('ES256', key, input);
  }
}

/** Has one key, at a {@link FaultySigner}; a test may take its power to sign away. */
class FaultySource extends KeySource {
  canSign = true;
  isDown = false;

  constructor(private readonly signer: Signer) {
    super();
  }

  async load(): Promise<KeySet> {
    if (this.isDown) throw storeUnavailable('down');
    if (!this.canSign) return [verificationKey(pair.publicKey, 'ES256')];
    return [externalSigningKey(pair.publicKey, 'ES256', this.signer)];
  }
}

type Claims = NonNullable<AccessTokensOptions['claims']>;
type Step = Parameters<ConstructorParameters<typeof ObservedSessionStore>[1]>[0];

/**
 * A token service over the stores of a harness, of which everything can be made to fail. It may start without keys, and asks
 * the host about users where the test says so.
 */
export async function faultyTokenServices(
  harness: SessionHarness,
  { withoutKeys = false, reloads = false } = {},
) {
  const signer = new FaultySigner();
  const source = new FaultySource(signer);
  source.isDown = withoutKeys;
  const stand = {
    claims: (() => ({ tenant: 'a' })) as Claims,
    reload: ((subject) => ({ subject, roles: ['reader'] })) as Parameters<typeof userReloadBy>[0],
    /** What happens at a step; throwing fails it. */
    at: (async () => {}) as (step: Step) => Promise<void>,
  };
  const parties = await tokenParties({
    keys: { source },
    tokens: { claims: (content) => stand.claims(content) },
    clock: harness.clock,
  });
  const sessions = new ObservedSessionStore(harness.sessions, (step) => stand.at(step));
  const services = sessionServices({ ...harness, sessions });
  if (reloads) services.refresh.reloadUsersBy(userReloadBy((...asked) => stand.reload(...asked)));
  const check = new AccessTokenCheck(parties.known, parties.verifier, harness.blacklist);
  const tokens = new TokenService(parties.issuer, check, services.refresh, services.blacklist);
  return { ...services, ring: parties.ring, signer, source, stand, tokens };
}

/** What {@link faultyTokenServices} makes. */
export type FaultyTokenServices = Awaited<ReturnType<typeof faultyTokenServices>>;
