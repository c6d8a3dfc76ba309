export { startCluster, type ClusterRedis } from './cluster.js';
export { RedisFixture } from './redis-fixture.js';
export { RedisNode, type RedisConfig } from './redis-node.js';
export { untilReplicated } from './replication.js';
export { currentMaster, startSentinel, type SentinelRedis } from './sentinel.js';
export { startStandalone, type StandaloneRedis } from './standalone.js';
