import type { Clock } from '../kernel/clock.js';
import { constantTimeEqual } from '../kernel/opaque.js';
import { ExpiringMap } from '../memory/expiring-map.js';
import type { Sweepable } from '../memory/sweeper.js';
import { hashSubject } from '../subjects/subject-keys.js';
import type { ApiKey } from './api-key.js';
import { ApiKeyStore, USED_EVERY_MS } from './api-key.store.js';
import { apiKeyOf, jsonOf } from './api-key-record.js';
import { ownerHashOf } from './api-key-text.js';

interface Held {
  readonly secretHash: string;
  readonly subject: string;
  readonly clientId: string | undefined;
  /** A copy of our own: what is answered may be changed. */
  readonly facts: string;
  readonly createdAt: number;
  /** 0: it doesn't expire. */
  readonly expires: number;
  /** 0: it was never used. */
  used: number;
}

/** API keys in this process only; full of them it refuses new ones with `store_unavailable` rather than forget one. */
export class MemoryApiKeyStore extends ApiKeyStore implements Sweepable {
  private readonly keys: ExpiringMap<string, Held>;
  /** Ids by the hash of their subject, the oldest in front. */
  private readonly owners = new Map<string, Set<string>>();

  constructor(
    private readonly clock: Clock,
    { maxKeys }: { readonly maxKeys: number },
  ) {
    super();
    const onRemove = (id: string): void => this.unlist(id);
    this.keys = new ExpiringMap({ clock, maxEntries: maxKeys, whenFull: 'refuse', onRemove });
  }

  /** Entries held in all, for tests and metrics. */
  get size(): number {
    return this.keys.size + this.owners.size;
  }

  async add(...[created, terms]: Parameters<ApiKeyStore['add']>): ReturnType<ApiKeyStore['add']> {
    const { id, secretHash, subject, clientId } = created;
    if (this.idsOf(subject).length >= terms.maxPerSubject) return { verdict: 'full' };
    const createdAt = this.clock.now();
    const expires = terms.ttlMs === undefined ? 0 : createdAt + terms.ttlMs;
    const held = { secretHash, subject, clientId, facts: jsonOf(created), createdAt, expires, used: 0 };
    this.keys.set(id, held, expires || Infinity);
    const owner = hashSubject(subject);
    this.owners.set(owner, (this.owners.get(owner) ?? new Set()).add(id));
    return { verdict: 'added', key: shown(id, held) };
  }

  async present(...[id, secretHash]: Parameters<ApiKeyStore['present']>): ReturnType<ApiKeyStore['present']> {
    const held = this.keys.get(id);
    if (held === undefined) return { verdict: 'unknown' };
    if (!constantTimeEqual(held.secretHash, secretHash)) return { verdict: 'wrong-secret' };
    const now = this.clock.now();
    if (now - held.used >= USED_EVERY_MS) held.used = now;
    return { verdict: 'accepted', key: shown(id, held) };
  }

  async find(id: string): Promise<ApiKey | undefined> {
    const held = this.keys.get(id);
    return held === undefined ? undefined : shown(id, held);
  }

  async list(subject: string): Promise<readonly ApiKey[]> {
    return this.idsOf(subject).map((id) => shown(id, this.keys.get(id)!));
  }

  async revoke(id: string): Promise<string | undefined> {
    const subject = this.keys.get(id)?.subject;
    this.keys.delete(id);
    return subject;
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    const ids = this.idsOf(subject);
    for (const id of ids) this.keys.delete(id);
    return ids;
  }

  async revokeClient(clientId: string): Promise<void> {
    this.endAll((held) => (held.clientId ?? held.subject) === clientId);
  }

  async revokeEverything(): Promise<void> {
    this.endAll(() => true);
  }

  sweep(): void {
    this.keys.sweep();
  }

  /** Of live keys: looking at one that has expired takes it out. */
  private idsOf(subject: string): readonly string[] {
    const ids = [...(this.owners.get(hashSubject(subject)) ?? [])];
    return ids.filter((id) => this.keys.get(id) !== undefined);
  }

  private endAll(concerns: (held: Held) => boolean): void {
    for (const id of [...this.owners.values()].flatMap((ids) => [...ids])) {
      const held = this.keys.get(id);
      if (held !== undefined && concerns(held)) this.keys.delete(id);
    }
  }

  private unlist(id: string): void {
    const owner = ownerHashOf(id) ?? '';
    const ids = this.owners.get(owner);
    ids?.delete(id);
    if (ids?.size === 0) this.owners.delete(owner);
  }
}

function shown(id: string, { facts, createdAt, expires, used }: Held): ApiKey {
  return apiKeyOf(id, facts, [createdAt, expires, used])!;
}
