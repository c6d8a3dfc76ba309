import { Injectable, Logger } from '@nestjs/common';
import { type KeyRotation, KeyRing } from '../keys/key-ring.js';
import { isKeyNotReplaced } from '../keys/key-source.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';

/** Replaces the signing key, and what was signed with it when the key is no longer safe. */
@Injectable()
export class KeyRotationService {
  private readonly logger = new Logger('Gatehouse');

  /** @internal */
  constructor(
    private readonly keys: KeyRing,
    private readonly blacklist: TokenBlacklistService,
  ) {}

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
