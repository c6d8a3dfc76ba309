import type { RedisCalls } from '../redis/calls.js';
import type { GuardedRedis } from '../redis/guarded-redis.js';
import { TurnBatch } from '../redis/joint/turn-batch.js';
import { subjectOfFacts } from '../subjects/stored-facts.js';
import type { PartitionKeys } from '../subjects/issuer-keys.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import { nameOfIssuer } from '../token-blacklist/foreign/not-before.js';
import { type JournalledKind, RevocationJournal } from '../token-blacklist/repeats/revocation-journal.js';
import type { ApiKey } from './api-key.js';
import { ApiKeyStore, USED_EVERY_MS } from './api-key.store.js';
import { apiKeyOf, type ApiKeyTimes as Times, jsonOf } from './api-key-record.js';
import { ownerHashOf } from './api-key-text.js';
import { addApiKeyScript } from './scripts/add-api-key.lua.js';
import { endApiKeysScript } from './scripts/end-api-keys.lua.js';
import { presentApiKeysScript } from './scripts/present-api-keys.lua.js';
import { readApiKeysScript } from './scripts/read-api-keys.lua.js';
import { revokeApiKeysScript } from './scripts/revoke-api-keys.lua.js';

// So many keys are looked at in one step: well below a millisecond of Redis' time.
const STEP = 100;

type Numeric = Times[number];
type AddReply = readonly ['full'] | readonly ['added', Numeric, Numeric];
type PresentReply =
  readonly ['unknown' | 'wrong-secret'] | readonly ['accepted', facts: string, ...times: Times];
type Row = readonly [id: string, facts: string, ...times: Times];

interface Question {
  readonly id: string;
  readonly secretHash: string;
}

/** API keys on Redis: a hash each, shared by every instance. Those that don't expire have no TTL. */
export class RedisApiKeyStore extends ApiKeyStore {
  override readonly canLoseWrites = true;
  private readonly presented: TurnBatch<Question, PresentReply>;
  /** Of the issuer whose subjects own them; `undefined`: ours. */
  private readonly issuerName: string | undefined;
  /** Counters that were moved, as {@link endApiKeysScript} calls them. */
  private readonly ended: JournalledKind;

  /** @param issuer whose subjects own them; `undefined`: ours @param journal of what was acknowledged */
  constructor(
    private readonly redis: GuardedRedis,
    issuer?: string,
    journal = new RevocationJournal(),
  ) {
    super();
    this.ended = journal.kindOfEach(({ id, at }) => this.endEverywhere(id, at, redis.unasked));
    this.issuerName = issuer === undefined ? undefined : nameOfIssuer(issuer);
    this.presented = new TurnBatch(redis, {
      maxSize: STEP,
      sizeOf: () => 1,
      send: (questions) => this.presentAll(questions),
    });
  }

  async add(...[created, terms]: Parameters<ApiKeyStore['add']>): ReturnType<ApiKeyStore['add']> {
    const verdict = await this.tryAdd(created, terms);
    if (verdict.verdict !== 'full') return verdict;
    // Keys that a revocation of their client or of everybody ended are still in the index; looking at them clears them away.
    const live = await this.list(created.subject);
    return live.length < terms.maxPerSubject ? this.tryAdd(created, terms) : verdict;
  }

  async present(...[id, secretHash]: Parameters<ApiKeyStore['present']>): ReturnType<ApiKeyStore['present']> {
    const [verdict, facts, ...times] = await this.presented.ask(ownerHashOf(id)?.charAt(0) ?? '', {
      id,
      secretHash,
    });
    if (verdict !== 'accepted') return { verdict };
    const key = apiKeyOf(id, facts, times as unknown as Times);
    // A record that can't be read is none.
    return key === undefined ? { verdict: 'unknown' } : { verdict, key };
  }

  async find(id: string): Promise<ApiKey | undefined> {
    return (await this.read(this.keysOf(id), [id]))[0];
  }

  async list(subject: string): Promise<readonly ApiKey[]> {
    const keys = this.named(SubjectKeys.ofSubject(this.redis.keySpace, subject));
    const found: ApiKey[] = [];
    for (const ids of await this.idsOf(keys)) found.push(...(await this.read(keys, ids)));
    return found.sort((one, other) => one.createdAt - other.createdAt);
  }

  async revoke(id: string): Promise<string | undefined> {
    const [facts = ''] = await this.end(this.keysOf(id), [id]);
    return subjectOfFacts(facts);
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    const keys = this.named(SubjectKeys.ofSubject(this.redis.keySpace, subject));
    const ended: string[] = [];
    // Until there are none: one that isn't ended yet may make another one meanwhile.
    for (let steps = await this.idsOf(keys); steps.length > 0; steps = await this.idsOf(keys)) {
      for (const ids of steps) {
        const facts = await this.end(keys, ids);
        ended.push(...ids.filter((_, place) => facts[place] !== ''));
      }
    }
    return ended;
  }

  async revokeClient(clientId: string): Promise<void> {
    await this.revokeAllOf(`client:${clientId}`);
  }

  async revokeEverything(): Promise<void> {
    await this.revokeAllOf('all');
  }

  private async tryAdd(...[created, terms]: Parameters<ApiKeyStore['add']>): ReturnType<ApiKeyStore['add']> {
    const { id, secretHash, clientId, subject } = created;
    const keys = this.keysOf(id);
    const client = clientId ?? subject;
    const json = jsonOf(created);
    const [verdict, createdAt = 0, expires = 0] = (await this.redis.run(
      addApiKeyScript,
      [keys.apiKey(id), keys.apiKeys, keys.apiKeyEpochs],
      [id, secretHash, client, json, terms.ttlMs ?? 0, terms.maxPerSubject],
    )) as AddReply;
    if (verdict === 'full') return { verdict };
    return { verdict, key: apiKeyOf(id, json, [createdAt, expires, 0])! };
  }

  private async presentAll(questions: readonly Question[]): Promise<readonly PresentReply[]> {
    const named = questions.flatMap(({ id }) => {
      const keys = this.keysOf(id);
      return [keys.apiKey(id), keys.apiKeyEpochs];
    });
    const hashes = questions.map(({ secretHash }) => secretHash);
    const reply = await this.redis.run(presentApiKeysScript, named, [USED_EVERY_MS, ...hashes]);
    return reply as readonly PresentReply[];
  }

  /** The ids that a subject has or had, some at a time. */
  private async idsOf(keys: PartitionKeys): Promise<readonly (readonly string[])[]> {
    const ids = (await this.redis.call('zrange', keys.apiKeys, 0, -1)) as string[];
    return Array.from({ length: Math.ceil(ids.length / STEP) }, (_, at) =>
      ids.slice(at * STEP, (at + 1) * STEP),
    );
  }

  private async read(keys: PartitionKeys, ids: readonly string[]): Promise<readonly ApiKey[]> {
    const named = [keys.apiKeys, keys.apiKeyEpochs, ...ids.map((id) => keys.apiKey(id))];
    const rows = (await this.redis.run(readApiKeysScript, named, ids)) as readonly Row[];
    return rows.flatMap(([id, facts, ...times]) => apiKeyOf(id, facts, times) ?? []);
  }

  private async end(keys: PartitionKeys, ids: readonly string[]): Promise<readonly string[]> {
    const named = [keys.apiKeys, keys.apiKeyEpochs, ...ids.map((id) => keys.apiKey(id))];
    return (await this.redis.run(revokeApiKeysScript, named, ids)) as readonly string[];
  }

  private async revokeAllOf(counter: string): Promise<void> {
    // The earliest: partitions that know of it know of a later instant, and no later key of them is ended.
    this.ended.add(counter, Infinity, Math.min(...(await this.endEverywhere(counter))));
  }

  /** @param at when they were ended, if this is a repeat */
  private endEverywhere(
    counter: string,
    at?: number,
    redis: RedisCalls = this.redis,
  ): Promise<readonly number[]> {
    const partitions = SubjectKeys.ofEveryPartition(redis.keySpace);
    return Promise.all(
      partitions.map(async (keys) =>
        Number(await redis.run(endApiKeysScript, [this.named(keys).apiKeyEpochs], [counter, at ?? ''])),
      ),
    );
  }

  private keysOf(id: string): PartitionKeys {
    return this.named(SubjectKeys.ofHash(this.redis.keySpace, ownerHashOf(id) ?? ''));
  }

  private named(keys: SubjectKeys): PartitionKeys {
    return this.issuerName === undefined ? keys : keys.ofIssuer(this.issuerName);
  }
}
