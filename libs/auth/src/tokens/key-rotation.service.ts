import { Injectable } from '@nestjs/common';
import { type KeyRotation, KeyRing } from '../keys/key-ring.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';

/** Replaces the signing key, and what was signed with it when the key is no longer safe. */
@Injectable()
export class KeyRotationService {
  constructor(
    private readonly keys: KeyRing,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /**
   * Rotates the signing key for all instances. With `compromised` the present keys stop verifying at once and everything
   * issued so far is revoked, sessions included: whoever holds the key could have made any of it.
   * @throws AuthError `store_unavailable`
   */
  async rotate(request: { readonly compromised?: boolean } = {}): Promise<KeyRotation> {
    const rotation = await this.keys.rotate(request);
    if (request.compromised === true) await this.blacklist.revokeAll();
    return rotation;
  }
}
