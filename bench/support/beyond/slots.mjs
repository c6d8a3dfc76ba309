// Where the keys of users lie on a Cluster: real key names, their real slots, masters with equal ranges of slots or with as many
// of our slots each.
import { createRequire } from 'node:module';
import { KeySpace } from '../../../libs/auth/dist/redis/key-space.js';
import { SubjectKeys } from '../../../libs/auth/dist/subjects/subject-keys.js';

const slotOf = createRequire(import.meta.url)('cluster-key-slot');
const SLOTS = 16_384;
const keySpace = new KeySpace('gatehouse');

/** Slot → users of the sample in it. The names of the users are made of the seed. */
export function usersBySlot(sample, seed) {
  const users = new Map();
  const slots = new Map();
  for (let at = 0; at < sample; at += 1) {
    const keys = SubjectKeys.ofSubject(keySpace, `user-${seed}-${at}`);
    let slot = slots.get(keys.partition);
    if (slot === undefined) slots.set(keys.partition, (slot = slotOf(keys.index)));
    users.set(slot, (users.get(slot) ?? 0) + 1);
  }
  return users;
}

/** The share of the users on each of `masters`, the fullest first: by equal ranges of slots, as `redis-cli --cluster create` deals them. */
export function byRanges(users, masters) {
  const shares = Array(masters).fill(0);
  const each = SLOTS / masters;
  const lasts = shares.map((_, at) => (at === masters - 1 ? SLOTS - 1 : Math.round((at + 1) * each - 1)));
  for (const [slot, count] of users) shares[lasts.findIndex((last) => slot <= last)] += count;
  return sharesOf(shares);
}

/** Our slots dealt out to masters, one after another, those with most users first. */
export function deal(users, masters) {
  const hands = Array.from({ length: masters }, () => []);
  [...users].sort(([, a], [, b]) => b - a).forEach(([slot], at) => hands[at % masters].push(slot));
  return hands;
}

/** The shares once that is done (`CLUSTER ADDSLOTS`, or `CLUSTER SETSLOT` later on). */
export const byHand = (users, masters) =>
  sharesOf(deal(users, masters).map((slots) => slots.reduce((sum, slot) => sum + users.get(slot), 0)));

function sharesOf(counts) {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / all).sort((a, b) => b - a);
}
