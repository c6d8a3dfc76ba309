import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { isSignatureValid } from '../../jose/signature.js';
import { Clock } from '../../kernel/clock.js';
import { OneTimeValueStore } from '../../one-time-values/one-time-value.store.js';
import { AssertionAudience } from './assertion-audience.js';
import { readAssertionClaims } from './assertion-claims.js';
import { keysFor } from './client-keys.js';
import { NobodysKeys } from './nobodys-keys.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { PresentedAssertion } from './presented-assertion.js';

/** Checks the assertions by which clients authenticate with a key (RFC 7523 §3). */
@Injectable()
export class ClientAssertions {
  private readonly nobodysKeys = new NobodysKeys();

  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly audience: AssertionAudience,
    private readonly used: OneTimeValueStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Why an assertion proves nothing, or `undefined` when it does; then it is used up, on all instances.
   * @param client that it is of; `undefined` costs the same and proves nothing
   * @throws AuthError `store_unavailable`
   */
  async problemOf(
    assertion: PresentedAssertion,
    client: OAuthClient | undefined,
  ): Promise<string | undefined> {
    const keys = keysFor(client, assertion);
    const candidates = keys.length > 0 ? keys : [this.nobodysKeys.for(assertion.algorithm)];
    if (!candidates.some((key) => isSignedWith(key, assertion)))
      return 'no key of the client has signed the assertion';
    const { clientId, claims } = assertion;
    const { clockToleranceMs } = this.settings;
    const expected = { clientId, clockToleranceMs, audience: this.audience.names(), now: this.clock.now() };
    const sound = readAssertionClaims(claims, expected);
    if (typeof sound === 'string') return `the assertion: ${sound}`;
    const name = JSON.stringify(['client assertion', clientId, sound.tokenId]);
    // An instance whose clock is behind would take it for longer than this one.
    const verdict = await this.used.use(name, sound.leftMs + clockToleranceMs);
    return verdict === 'first' ? undefined : 'the assertion was used before';
  }
}

function isSignedWith(key: KeyObject, { text, algorithm }: PresentedAssertion): boolean {
  const at = text.lastIndexOf('.');
  const signature = Buffer.from(text.slice(at + 1), 'base64url');
  try {
    return isSignatureValid(algorithm, key, Buffer.from(text.slice(0, at)), signature);
  } catch {
    return false;
  }
}
