// What theft recognition is worth with two masters, with the real store: sessions were copied to a second Redis, as replication
// would have done, and what happens afterwards isn't there yet.
import { Redis } from 'ioredis';
import { peers } from '../refresh-peers.mjs';
import { startRedis } from '../redis-server.mjs';

/**
 * A thief shows a refresh token elsewhere, when its owner has refreshed twice since. Answers how often it was accepted: where
 * both regions ask home, and where each asks a master of its own.
 */
export async function stolenTokens(home, times) {
  const other = await startRedis();
  const clients = [new Redis(home.url), new Redis(other.url)];
  const [atHome, elsewhere] = clients.map((client) => peers[0].make(client));
  const accepted = { home: 0, masters: 0 };
  for (const [design, region] of Object.entries({ home: atHome, masters: elsewhere })) {
    await home.admin.flushall();
    const tokens = [];
    for (let at = 0; at < times; at += 1) tokens.push(await atHome.login(`${design}-${at}`));
    for (const key of await home.admin.keys('*'))
      await other.admin.restore(key, 0, await home.admin.dumpBuffer(key), 'REPLACE');
    for (const token of tokens) {
      await atHome.refresh(await atHome.refresh(token));
      if ((await region.refresh(token)) !== undefined) accepted[design] += 1;
    }
  }
  for (const client of clients) client.disconnect();
  await other.stop();
  return accepted;
}
