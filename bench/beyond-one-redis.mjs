// Beyond one Redis: what things cost it, where 10⁸ sessions lie on a Cluster, and what is left of each guarantee in several regions.
//   npm run build && npm ci --prefix bench && node bench/beyond-one-redis.mjs [--sessions 1e8] [--seed 1] [--count 10000]
//   --deal 6: only which of our slots each of six masters should have, so that all have as many
// The first table is measured and swings with the machine; the others are computed from the seed (memory from the first). Less than a minute.
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { measure } from './support/beyond/measured.mjs';
import { designs, MODEL, simulate } from './support/beyond/regions.mjs';
import { byHand, byRanges, deal, usersBySlot } from './support/beyond/slots.mjs';
import { stolenTokens } from './support/beyond/two-masters.mjs';
import { startRedis } from './support/redis-server.mjs';
import { printTable } from './support/tables.mjs';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1e8' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    deal: { type: 'string' },
  },
});
const [sessions, seed, count] = [values.sessions, values.seed, values.count].map(Number);
const SAMPLE = 1_000_000;
const MASTERS = [1, 3, 6, 8, 12, 16, 20, 32, 64];
const THEFTS = 50;
/** Of the sessions those in use at once; each asks so often and refreshes every 15 minutes. */
const LOAD = { inUse: 0.1, requestsPerMinute: 1, refreshSeconds: 900 };
const number = (value, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

if (values.deal !== undefined) {
  const hands = deal(usersBySlot(SAMPLE, seed), Number(values.deal));
  hands.forEach((slots, at) => console.log(`master ${at + 1}: ${slots.sort((a, b) => a - b).join(' ')}`));
  process.exit(0);
}

// A client that is closed at the end is no outage.
Logger.overrideLogger(['error']);
const redis = await startRedis();
const costs = await measure(redis, count);
console.log(`Measured on one Redis, ${number(count)} of each:\n`);
printTable(
  ['what', 'bytes that stay', 'Redis CPU µs', 'one core does, a second'],
  Object.entries(costs).map(([name, { bytes, us }]) => [
    name,
    number(bytes),
    number(us, 1),
    number(1e6 / us),
  ]),
);

const inUse = sessions * LOAD.inUse;
const rates = { check: (inUse * LOAD.requestsPerMinute) / 60, refresh: inUse / LOAD.refreshSeconds };
const cores =
  (rates.check * (costs.check.us + costs['further hit of an address'].us) +
    rates.refresh * costs.refresh.us) /
  1e6;
const gigabytes = (sessions * costs.login.bytes) / 1e9;
console.log(
  `\n${number(sessions)} sessions, a user each: ${number(gigabytes)} GB. A tenth in use, a request a minute each, strict and limited: ` +
    `${number(rates.check)} requests and ${number(rates.refresh)} refreshes a second, ${number(cores, 1)} cores of Redis.\n`,
);
const users = usersBySlot(SAMPLE, seed);
const fullest = Math.max(...users.values()) / SAMPLE;
console.log(
  `They lie in ${users.size} of 16,384 slots, ${number(fullest * gigabytes, 2)} GB in the fullest (sample of ${number(SAMPLE)}, seed ${seed}):\n`,
);
printTable(
  [
    'masters',
    'fullest, of its share',
    'emptiest',
    'GB in the fullest',
    'its core',
    'the same, slots dealt by hand',
    'GB',
    'its core',
  ],
  MASTERS.map((masters) => {
    const [ranges, hand] = [byRanges(users, masters), byHand(users, masters)];
    const busy = (share) => `${number(share * cores * 100)} %`;
    return [
      String(masters),
      number(ranges[0] * masters, 2),
      number(ranges.at(-1) * masters, 2),
      number(ranges[0] * gigabytes, 1),
      busy(ranges[0]),
      number(hand[0] * masters, 2),
      number(hand[0] * gigabytes, 1),
      busy(hand[0]),
    ];
  }),
);

console.log(
  `\n${MODEL.regions} regions, ${MODEL.oneWayMs} ms one way, replication ${MODEL.replicationMs} ms more on average; one of them is cut off from home for ` +
    `${MODEL.brokenForMs / 1000} s of the hour, ${MODEL.away * 100} % of the users are away from their region. ${number(MODEL.revocations)} revoked tokens are used on, ` +
    `five times a second; ${number(MODEL.thefts)} stolen refresh tokens are shown elsewhere within a second of their use; one attacker tries all regions (seed ${seed}):\n`,
);
printTable(
  [
    'design',
    'ms more a request',
    'refused in the hour',
    'revoked, yet accepted',
    'the latest after',
    'stolen refresh tokens accepted',
    `admitted of ${MODEL.limit}`,
  ],
  designs
    .map((design) => simulate(design, seed))
    .map((each) => [
      each.name,
      number(each.waitedMs),
      `${number(each.refused * 100, 2)} %`,
      number(each.stale),
      each.longestMs === 0 ? '' : `${number(each.longestMs / 1000, 1)} s`,
      number(each.thefts),
      number(each.admitted),
    ]),
);

const stolen = await stolenTokens(redis, THEFTS);
console.log(
  `\nThe real store: of ${THEFTS} stolen refresh tokens, shown in another region after two refreshes of their owners, ${stolen.home} were ` +
    `accepted where both regions ask home, ${stolen.masters} where each has a master of its own that hasn't heard yet.`,
);
await redis.stop();
