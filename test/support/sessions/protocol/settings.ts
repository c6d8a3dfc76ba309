import { blacklistSettings } from '../session-media.js';
import type { JointStoresOptions } from './joint-stores.js';
import { LIVES } from './joint-truth.js';
import { soundStores } from './memory-worlds.js';

/** What an instance of the joint exploration is set to; it follows the feed. */
const SETTINGS = blacklistSettings(
  { maxStaleness: '1s' },
  {
    accessTokenLifetimeMs: LIVES.accessTokenMs,
    sessionLifetimeMs: LIVES.absoluteMs,
    longestLoginMs: LIVES.accessTokenMs,
  },
);

/** The library's stores, but for what is given. */
export function jointly(
  given: Pick<JointStoresOptions, 'server'> & Partial<JointStoresOptions>,
): JointStoresOptions {
  return { makeMemory: soundStores, settings: SETTINGS, partition: '_6', ...given };
}
