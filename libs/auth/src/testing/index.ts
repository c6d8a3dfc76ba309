export { apiKeyStoreContract } from '../api-keys/api-key.store.contract.js';
export { keySourceContract } from '../keys/key-source.contract.js';
export { describeAccess } from './access/describe-access.js';
export { FakeUserAuthenticator } from './fake-user-authenticator.js';
export { ManualClock } from './manual-clock.js';
export { actingAs, mintToken } from './mint-token.js';
export { overrideAuth } from './override-auth.js';
export { withRedisDown, withRedisFlushed, withRedisReadOnly, withRedisSlow } from './with-redis.js';
