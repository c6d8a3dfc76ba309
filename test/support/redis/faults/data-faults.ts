import type { Fault } from './fault.js';
import { only } from './stage.js';

/** FLUSHALL: everything is forgotten, and the server goes on. */
export const flushed = (): Fault => ({
  name: 'flushed',
  media: ['standalone', 'snapshots', 'proxied'],
  begin: async (stage) => void (await only(stage).command('flushall')),
  end: async () => {},
});

/** What is written from the beginning on is lost at the end, when the server starts again with the snapshot of the beginning. */
export const olderSnapshot = (): Fault => ({
  name: 'back with an older snapshot',
  media: ['snapshots'],
  begin: async (stage) => void (await only(stage).command('save')),
  end: (stage) => only(stage).restart(),
});
