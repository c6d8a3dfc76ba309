import type { Cluster, Redis } from 'ioredis';

/**
 * While a slot moves, ioredis announces (`ASKING`) what it sends to the new server, and doesn't look at the answer. A
 * connection that is lost meanwhile would leave a rejection that nobody handles, and Node ends the process for that.
 */
export function withHeardAsking(cluster: Cluster): Cluster {
  return cluster.on('+node', (node: Redis) => {
    const asking = node.asking.bind(node);
    node.asking = () => {
      const asked = asking();
      // The command that follows is refused as well, and its caller is told.
      asked.catch(() => {});
      return asked;
    };
  });
}
