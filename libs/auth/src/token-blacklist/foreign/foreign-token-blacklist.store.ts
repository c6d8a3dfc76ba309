import { TokenBlacklistStore } from '../token-blacklist.store.js';

/** Revocations of the tokens of another issuer: access tokens are all that comes of it, none has an epoch, none is refreshed here. */
export abstract class ForeignTokenBlacklistStore extends TokenBlacklistStore {
  async expireAccessTokens(subject: string): Promise<void> {
    await this.revokeSubject(subject);
  }

  confirmUse(): never {
    throw new TypeError('tokens of another issuer come with no refresh of ours');
  }

  claimEpoch(): Promise<number> {
    return Promise.reject(new TypeError('tokens of another issuer have no epoch'));
  }
}
