import type { Budget } from './joint-world.js';
import type { RunnableScript } from './world-runner.lua.js';
import { soundScripts } from './scripts.js';

/** Something wrong with the scripts: text that is there, and what is there instead. */
export interface PlantedBug {
  readonly bug: string;
  /** Which script has it; in what they share, all that hold the text. */
  readonly in: string | 'all';
  readonly text: string;
  readonly instead: string;
  readonly found: RegExp;
}

/** The scripts with a bug. Nothing in the library can be switched: the text is replaced here, and has to be there. */
export function withBug({ bug, in: name, text, instead }: PlantedBug): readonly RunnableScript[] {
  const isMeant = (script: RunnableScript): boolean => name === 'all' || script.name === name;
  const faulty = soundScripts.map((script) =>
    isMeant(script) ? { name: script.name, body: script.body.replaceAll(text, () => instead) } : script,
  );
  const isPlanted = faulty.some(({ body }, place) => body !== soundScripts[place]?.body);
  if (!isPlanted) throw new Error(`"${bug}" can't be planted: the scripts no longer say ${text}`);
  return faulty;
}

/** Found in one session, by what its owner and a thief can do. */
export const bugsOfOneSession: readonly PlantedBug[] = [
  {
    bug: 'the predecessor is taken whether or not its successor was used: replay after use',
    in: 'rotate-session',
    text: 'replayable or within(limit, used, since) and within(window, since, now)',
    instead: 'true',
    found: /theft goes unnoticed: the predecessor is taken after its successor was used/,
  },
  {
    bug: 'the window ends at the rotation, whoever is still on the way',
    in: 'rotate-session',
    text: 'within(limit, used, since) and within(window, since, now)',
    instead: 'false',
    found: /the honest client is logged out: reused/,
  },
  {
    bug: 'a retry rotates once more',
    in: 'rotate-session',
    text: "if presented >= generation then verdict = 'rotated' end",
    instead:
      "if presented >= generation or verdict == 'replayed' then presented, verdict = generation, 'rotated' end",
    found: /two live successors: 1 and 2/,
  },
  {
    bug: 'any token that was used before is replayed: its successor is handed out twice',
    in: 'rotate-session',
    text: 'if presented == generation - 1 and replayable then',
    instead: 'if presented < generation and replayable then',
    found: /two live successors: 1 and 2/,
  },
  {
    bug: 'reuse is refused, and ends nothing',
    in: 'rotate-session',
    text: 'end_session(KEYS[1], KEYS[2], KEYS[3], ARGV[1], until_last(KEYS[9], token_lifetime))',
    instead: '',
    found: /theft goes unnoticed: client, thief, client, thief have used what they have/,
  },
  {
    bug: 'a use brings an ended session back',
    in: 'confirm-use',
    text: 'if outdated or ended or revoked then',
    instead: 'if outdated or revoked then',
    found: /an access token is taken though its session has ended/,
  },
  {
    bug: 'which answer counts is forgotten with the generation',
    in: 'rotate-session',
    text: 'put(KEYS[13], with_answer(known, generation, answer), until_last(KEYS[9], token_lifetime))',
    instead: '',
    found: /two answers to one refresh are good/,
  },
  {
    bug: 'an end mark stays for good: PEXPIRE is missing',
    in: 'all',
    text: "put(mark, '1', mark_ttl)",
    instead: "redis.call('SET', mark, '1')",
    found: /redis: keys that never expire: \S+:ended:/,
  },
];

interface JointBug extends PlantedBug {
  /** The least that has to happen for it to be found: how many steps, and what may be among them. */
  readonly depth: number;
  readonly may: Partial<Budget>;
}

/** Found where several sessions, logins and revocations meet. */
export const bugsOfSeveralSessions: readonly JointBug[] = [
  {
    bug: 'a rotation looks at no epoch',
    in: 'rotate-session',
    text: "if wide ~= login_epoch then return {'revoked'} end",
    instead: '',
    depth: 4,
    may: { requests: 1, revocations: 1 },
    found: /redis: a session that has ended grants a token/,
  },
  {
    bug: 'the use of an access token looks at no epoch',
    in: 'confirm-use',
    text: "ARGV[3] ~= '' and epoch ~= tonumber(ARGV[3])",
    instead: 'false',
    depth: 4,
    may: { revocations: 1 },
    found: /redis: an access token is taken: its session, client or subject was revoked/,
  },
  {
    bug: 'an end mark is cut too short',
    in: 'all',
    text: "put(mark, '1', mark_ttl)",
    instead: "put(mark, '1', mark_ttl - 300000)",
    depth: 4,
    may: { revocations: 1 },
    found: /redis: an access token of a0, 10 s before its end is taken though it was revoked/,
  },
  {
    bug: 'the epoch of a client is cut too short: it lives as long as access tokens',
    in: 'advance-epoch',
    text: "local ttl = math.max(tonumber(ARGV[1]), redis.call('PTTL', KEYS[6]))",
    instead: 'local ttl = 960000',
    depth: 4,
    may: { requests: 1, revocations: 1, waits: 1 },
    found: /redis: a session that has ended grants a token/,
  },
  {
    bug: 'a refresh prolongs no key',
    in: 'rotate-session',
    text: 'for i = 1, 2 do keep(KEYS[i], idle - now + token_lifetime) end',
    instead: '',
    depth: 6,
    may: { requests: 2, waits: 2 },
    found: /redis: the honest client is logged out: unknown/,
  },
  {
    bug: 'the session that was used last is evicted',
    in: 'open-session',
    text: "redis.call('ZRANGEBYSCORE', KEYS[2], live, '+inf', 'LIMIT'",
    instead: "redis.call('ZREVRANGEBYSCORE', KEYS[2], '+inf', live, 'LIMIT'",
    depth: 7,
    may: { logins: 1 },
    found: /redis: the wrong session is evicted: b instead of a/,
  },
  {
    bug: 'one session more than the limit is let in',
    in: 'open-session',
    text: "'+inf') + 1 - most",
    instead: "'+inf') - most",
    depth: 5,
    may: { logins: 1 },
    found: /redis: the wrong session is evicted: {2}instead of a/,
  },
  {
    bug: 'a logout leaves the record of its session',
    in: 'revoke-session',
    text: "redis.call('DEL', record)",
    instead: '',
    depth: 3,
    may: { requests: 1, revocations: 1 },
    found: /redis: a session that has ended grants a token/,
  },
  {
    bug: 'a logout everywhere overlooks the first session of the index',
    in: 'revoke-subject',
    text: "redis.call('ZRANGE', KEYS[1], 0, CHUNK - 1)",
    instead: "redis.call('ZRANGE', KEYS[1], 1, CHUNK - 1)",
    depth: 4,
    may: { revocations: 1 },
    found: /redis: a revocation doesn't name a/,
  },
  {
    bug: 'a logout everywhere leaves no mark, so a login under way goes on',
    in: 'revoke-subject',
    text: 'mark_revocation(KEYS[4], tonumber(ARGV[4]), tonumber(ARGV[5]))',
    instead: '',
    depth: 4,
    may: { logins: 1, revocations: 1 },
    found: /redis: a login that began before a revocation is opened/,
  },
  {
    bug: 'a rotation goes by the clock of the instance',
    in: 'rotate-session',
    text: 'local now, token_lifetime = now_ms(), tonumber(ARGV[5])',
    instead: 'local now, token_lifetime = instance_ms(), tonumber(ARGV[5])',
    depth: 6,
    may: { requests: 2 },
    found: /redis: 1 answers are taken for lost instead of 0/,
  },
  {
    bug: 'instances that follow the feed hear of no logout',
    in: 'revoke-session',
    text: "note(KEYS[4], tonumber(ARGV[3]), KEYS[6], 'session', ARGV[1])",
    instead: '',
    depth: 3,
    may: { revocations: 1 },
    found: /redis: the feed says nothing of a revocation that concerns a/,
  },
];
