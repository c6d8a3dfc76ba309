import { type ApiKeyMedium, apiKeyMedia } from '../../../../test/support/api-keys/api-key-media.js';
import { apiKeyStoreContract } from './api-key.store.contract.js';

describe.each(apiKeyMedia)('[11-F] the store of API keys: $name', ({ start }) => {
  let medium: ApiKeyMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(apiKeyStoreContract)('$name', ({ run }) => run(medium.harness()));
});
