import { Injectable, Logger } from '@nestjs/common';
import { type KeyRotation, KeyRing } from '../keys/key-ring.js';
import { isKeyNotReplaced } from '../keys/key-source.js';
import type { VerificationKey } from '../keys/signing-key.js';
import type { SigningAlgorithm } from '../jose/signing-algorithm.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';

/** What may be told of a key: nothing that signs or verifies. */
type KnownKey = {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** `pending`: published, not signing yet; `active`: signs; `retiring`: verifies only. */
  readonly state: 'pending' | 'active' | 'retiring';
  /** Since when it signs, or from when on (epoch ms); left out of one that the host or another issuer gave. */
  readonly activeFrom?: number;
  /** When it signs no more; left out while nothing replaces it. */
  readonly retiringFrom?: number;
  /** When it verifies no more; left out while that isn't foreseen. */
  readonly retiredFrom?: number;
};

/** Shows the keys, and replaces the signing key, and what was signed with it when the key is no longer safe. */
@Injectable()
export class KeyRotationService {
  private readonly logger = new Logger('Gatehouse');

  /** @internal */
  constructor(
    private readonly keys: KeyRing,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /** The keys as this instance knows them, without those that are retired: to show how old they are, and what comes next. */
  list(): readonly KnownKey[] {
    return this.keys.inUse.map(({ key: { kid, algorithm, lifetime }, state }) => ({
      kid,
      algorithm,
      state: state as KnownKey['state'],
      ...instants(lifetime),
    }));
  }

  /**
   * Rotates the signing key for all instances. With `compromised` the present keys stop verifying at once and everything
   * issued so far is revoked, sessions included: whoever holds the key could have made any of it. Where the key is one that
   * only its owner can replace, everything is revoked all the same, and the outcome is `key-not-replaced`.
   * @throws AuthError `store_unavailable`; KeyNotReplacedError without `compromised`, when the source can't make keys
   */
  async rotate({ compromised = false }: { readonly compromised?: boolean } = {}): Promise<KeyRotation> {
    if (!compromised) return this.keys.rotate();
    // First of all: a source that fails, or never answers, must not keep what was issued alive.
    await this.blacklist.revokeEverything();
    const rotation = await this.replaceCompromised();
    // What was issued since then may have been obtained with the old key.
    if (rotation.outcome !== 'key-not-replaced') await this.blacklist.revokeEverything();
    return rotation;
  }

  private async replaceCompromised(): Promise<KeyRotation> {
    try {
      return await this.keys.rotate({ compromised: true });
    } catch (error) {
      if (!isKeyNotReplaced(error)) throw error;
      const advice = error.message;
      this.logger.error(`A compromised key is still in use, and everything it signed is revoked: ${advice}`);
      return { outcome: 'key-not-replaced', kid: this.keys.signingKid, compromisedKids: [], advice };
    }
  }
}

/** Those that mean something: what was given signs from 0 on, or never, and ends at `Infinity`. */
function instants(lifetime: VerificationKey['lifetime']): Omit<KnownKey, 'kid' | 'algorithm' | 'state'> {
  const { activeFrom, retiringFrom, retiredFrom } = lifetime;
  const known = Object.entries({ activeFrom, retiringFrom, retiredFrom }).filter(
    ([, at]) => at > 0 && at < Infinity,
  );
  return Object.fromEntries(known);
}
