import { BEGINNING, textOf } from './memory-worlds.js';
import type { World } from './joint-world.js';
import type { StoreState } from './joint-stores.js';
import { unpacked } from './world-server.js';

/** A world in words: who holds what, what is true, and what either store knows. */
export function toldWorld({ stores, truth, parties, told, login, revocation }: World): string {
  const held = Object.entries(parties).map(([who, party]) => `${who}: ${JSON.stringify(party)}`);
  const sessions = Object.entries(truth.sessions).map(
    ([name, each]) => `session ${name}: ${JSON.stringify(each)}`,
  );
  const underWay = [
    login && `login: ${JSON.stringify(login)}`,
    revocation && `revocation: ${JSON.stringify(revocation)}`,
  ];
  const heard = told.map((tokens, instance) => `instance ${instance} has told: ${tokens.join()}`);
  return [...held, ...heard, ...underWay, ...sessions, ...toldStores(stores)]
    .filter((line) => line !== undefined)
    .map((line) => `  ${line}`)
    .join('\n');
}

/** What either store knows, and until when. */
export function toldStores(state: StoreState): readonly string[] {
  const { now, keys, memory } = state;
  const parts = unpacked(keys);
  const names = parts.filter((_, place) => place % 4 === 0);
  const lines = names.map((name, at) => {
    const [end = '', kind = '', value = ''] = parts.slice(4 * at + 1, 4 * at + 4);
    const left = Number(end) < 0 ? 'for good' : `${(Number(end) - now) / 1000} s`;
    return `redis ${name}, ${left}: ${kind === 'zset' ? unpacked(value).join(' ') : readable(value)}`;
  });
  return [`${(now - BEGINNING) / 1000} s after the beginning`, ...lines, `memory ${textOf(memory)}`];
}

/** Numbers that scripts have packed, and the text after them. */
function readable(value: string): string {
  const text = value.indexOf('{');
  const numbers = text < 0 ? value : value.slice(0, text);
  if (numbers.length % 8 !== 0 || /^[\x20-\x7e]*$/.test(numbers)) return value;
  const bytes = Buffer.from(numbers, 'latin1');
  const read = Array.from({ length: bytes.length / 8 }, (_, at) => bytes.readDoubleBE(8 * at));
  return [...read, text < 0 ? '' : value.slice(text)].join(' ').trim();
}
