import type { GuardedRedis } from '../redis/guarded-redis.js';
import { parseFacts } from '../subjects/stored-facts.js';
import type { SubjectKeys } from '../subjects/subject-keys.js';
import { pageSessionsScript } from './scripts/page-sessions.lua.js';
import { readSessionsScript } from './scripts/read-sessions.lua.js';
import { dropOutdatedScript } from './scripts/drop-outdated.lua.js';
import type { SessionPage, StoredFacts, StoredSession } from './session.store.js';

// A client may be set to answer numbers as text.
type Numeric = number | string;
type Numbers6 = [Numeric, Numeric, Numeric, Numeric, Numeric, Numeric];
type Row = readonly [id: string, ...Numbers6, facts: string];
type ReadReply = readonly [globalEpoch: Numeric, ...Row[]];

interface ReadSession {
  readonly session: StoredSession;
  /** Client and global epochs at login. */
  readonly loginEpoch: number;
}

// So many records are read in one step: half a millisecond of Redis' time.
const STEP = 100;

/** The sessions of a subject on Redis, looked at some at a time however many there are. */
export class RedisSessionList {
  constructor(private readonly redis: GuardedRedis) {}

  /** One page of live sessions. */
  async list(keys: SubjectKeys, { limit, after }: SessionPage): Promise<readonly StoredSession[]> {
    const found: StoredSession[] = [];
    // After the last one that was looked at, be it live, ended or unreadable.
    let from: readonly [id: string, idleExpiry: Numeric] = [after?.id ?? '', after?.idleExpiresAt ?? ''];
    for (;;) {
      const size = Math.min(STEP, limit - found.length);
      const places = (await this.redis.run(pageSessionsScript, [keys.index], [size, ...from])) as string[];
      const ids = places.filter((_, at) => at % 2 === 0);
      if (ids.length > 0) found.push(...(await this.read(keys, ids)));
      if (ids.length < size || found.length >= limit) return found;
      from = [places.at(-2) ?? '', places.at(-1) ?? ''];
    }
  }

  /** The live ones of some sessions of one subject, in their order; those that a revocation refused are dropped. */
  async read(keys: SubjectKeys, ids: readonly string[]): Promise<readonly StoredSession[]> {
    const records = ids.map((id) => keys.record(id));
    const reply = await this.redis.run(readSessionsScript, [keys.index, keys.globalEpoch, ...records], ids);
    const [globalEpoch, ...rows] = reply as ReadReply;
    const known = rows.flatMap((row) => readSession(row) ?? []);
    const clientIds = [...new Set(known.map(({ session }) => session.facts.clientId))];
    const epochs = await this.clientEpochs(keys, clientIds);
    const isLive = ({ session, loginEpoch }: ReadSession): boolean =>
      (epochs.get(session.facts.clientId) ?? 0) + Number(globalEpoch) === loginEpoch;
    const outdated = known.filter((each) => !isLive(each));
    await Promise.all(outdated.map((each) => this.drop(keys, each)));
    return known.filter(isLive).map(({ session }) => session);
  }

  private async clientEpochs(
    keys: SubjectKeys,
    clientIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    if (clientIds.length === 0) return new Map();
    const names = clientIds.map((id) => keys.clientEpoch(id));
    const values = await this.redis.values(names);
    return new Map(clientIds.map((id, place) => [id, Number(values[place] ?? 0)]));
  }

  private async drop(keys: SubjectKeys, { session, loginEpoch }: ReadSession): Promise<void> {
    const { id, facts } = session;
    const [, clientEpoch, globalEpoch] = keys.epochs(facts.clientId);
    const named = [keys.record(id), keys.index, clientEpoch, globalEpoch];
    await this.redis.run(dropOutdatedScript, named, [id, loginEpoch]);
  }
}

function readSession(row: Row): ReadSession | undefined {
  const [id] = row;
  const [
    createdAt = 0,
    lastUsedAt = 0,
    idleExpiresAt = 0,
    absoluteExpiresAt = 0,
    generation = 0,
    loginEpoch = 0,
  ] = row.slice(1, 7).map(Number);
  const facts = parseFacts<StoredFacts>(row[7]);
  if (facts === undefined) return undefined;
  const state = { createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, generation };
  return { session: { id, facts, state }, loginEpoch };
}
