import type { EndedAlong } from '../token-blacklist/token-blacklist.service.js';
import type { ApiKeyStore } from './api-key.store.js';
import { isApiKeyOf } from './api-key-text.js';

/** The verbs that end keys one by one, and tell of each. */
interface KeysOfSubjects {
  revoke(keyId: string): Promise<boolean>;
  revokeAll(subject: string): Promise<void>;
}

/** API keys end with what the token blacklist revokes. */
export class ApiKeyEndings implements EndedAlong {
  constructor(
    private readonly keys: KeysOfSubjects,
    private readonly store: ApiKeyStore,
  ) {}

  async revokeCredential({ tokenId, subject }: { tokenId: string; subject: string }): Promise<boolean> {
    if (!isApiKeyOf(tokenId, subject)) return false;
    await this.keys.revoke(tokenId);
    return true;
  }

  async revokeSubject(subject: string): Promise<void> {
    await this.keys.revokeAll(subject);
  }

  async revokeClient(clientId: string): Promise<void> {
    await this.store.revokeClient(clientId);
  }

  async revokeEverything(): Promise<void> {
    await this.store.revokeEverything();
  }
}
