import { Redis } from 'ioredis';
import { until } from '../../until.js';
import { ENDS_AT_ONCE } from '../redis-fixture.js';
import type { Fault } from './fault.js';
import { only } from './stage.js';

/** A replica of a master that is nowhere: it reads, and refuses each write with READONLY. */
export const readOnly = (): Fault => ({
  name: 'READONLY',
  media: ['standalone', 'proxied'],
  begin: async (stage) => void (await only(stage).command('replicaof', '127.0.0.1', 1)),
  end: async (stage) => void (await only(stage).command('replicaof', 'no', 'one')),
});

/** More memory is used than it may use, and nothing may be evicted: commands that could need more are refused with OOM. */
export const full = (): Fault => ({
  name: 'full',
  media: ['standalone', 'proxied'],
  begin: async (stage) => {
    await only(stage).command('config', 'set', 'maxmemory-policy', 'noeviction', 'maxmemory', 1);
  },
  end: async (stage) => void (await only(stage).command('config', 'set', 'maxmemory', 0)),
});

/** Somebody's script doesn't end: after a moment everything is refused with BUSY. */
export function busy(): Fault {
  const clients: Redis[] = [];
  const client = async (port: number): Promise<Redis> => {
    // A check whether it is ready would be refused as well.
    const made = new Redis(port, { ...ENDS_AT_ONCE, lazyConnect: true, enableReadyCheck: false });
    made.on('error', () => {});
    clients.push(made);
    await made.connect();
    return made;
  };
  return {
    name: 'BUSY',
    media: ['standalone', 'proxied'],
    begin: async (stage) => {
      const { port } = only(stage);
      const [somebody, witness] = await Promise.all([client(port), client(port)]);
      await somebody.config('SET', 'lua-time-limit', '1');
      somebody.eval('while true do end', 0).catch(() => {});
      await until('everybody is refused', () => witness.ping().then(isFalse, isBusy));
    },
    end: async () => {
      const witness = clients[1];
      await until('the script is gone', async () => {
        await witness?.script('KILL').catch(() => {});
        return (await witness?.ping()) === 'PONG';
      });
      for (const each of clients.splice(0)) each.disconnect();
    },
  };
}

const isFalse = (): boolean => false;
const isBusy = (error: Error): boolean => error.message.startsWith('BUSY');
