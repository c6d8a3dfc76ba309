import { isAuthError, storeUnavailable } from '../kernel/auth-error.js';
import { answerOfHost } from '../kernel/deadline.js';
import { ApiKeyStore } from './api-key.store.js';

const DEADLINE_MS = 5000;

/**
 * A store of the host's own: whatever it throws, and no answer in 5 s, is an outage (503), never a 500 or a 401. At the call of
 * a key the 3 s of its scheme come first.
 */
export class HostApiKeyStore extends ApiKeyStore {
  override readonly canLoseWrites: boolean;

  constructor(private readonly store: ApiKeyStore) {
    super();
    this.canLoseWrites = store.canLoseWrites;
  }

  add(...given: Parameters<ApiKeyStore['add']>): ReturnType<ApiKeyStore['add']> {
    return answered(() => this.store.add(...given));
  }

  present(...given: Parameters<ApiKeyStore['present']>): ReturnType<ApiKeyStore['present']> {
    return answered(() => this.store.present(...given));
  }

  find(id: string): ReturnType<ApiKeyStore['find']> {
    return answered(() => this.store.find(id));
  }

  list(subject: string): ReturnType<ApiKeyStore['list']> {
    return answered(() => this.store.list(subject));
  }

  revoke(id: string): ReturnType<ApiKeyStore['revoke']> {
    return answered(() => this.store.revoke(id));
  }

  revokeSubject(subject: string): ReturnType<ApiKeyStore['revokeSubject']> {
    return answered(() => this.store.revokeSubject(subject));
  }

  revokeClient(clientId: string): Promise<void> {
    return answered(() => this.store.revokeClient(clientId));
  }

  revokeEverything(): Promise<void> {
    return answered(() => this.store.revokeEverything());
  }
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await answerOfHost('the store of API keys', ask, DEADLINE_MS);
  } catch (error) {
    throw isAuthError(error) ? error : storeUnavailable('the store of API keys failed', { cause: error });
  }
}
