import { Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { type JsonWebKeySet, publishKeys } from './json-web-key-set.js';
import { keyStateAt } from './key-life.js';
import { KeySource } from './key-source.js';
import { KeysSettings } from './keys.settings.js';
import { type KeySet, type SigningKey, type VerificationKey, canSign } from './signing-key.js';

/** What a rotation did. */
export interface KeyRotation {
  /** `already-rotated`: another instance was faster, or a rotation is under way. */
  readonly outcome: 'rotated' | 'already-rotated';
  /** `kid` of the newest signing key. */
  readonly kid: string;
  /** Keys that verify no longer because they are compromised: what they signed has to be revoked as well. */
  readonly compromisedKids: readonly string[];
}

/** The keys of this instance: which one signs, which ones verify, and what others may see of them. */
@Injectable()
export class KeyRing {
  private keys: ReadonlyMap<string, VerificationKey> = new Map();
  private reloading: Promise<void> | undefined;
  // One at a time: a slow look at the source must not bring back keys that a rotation dropped meanwhile.
  private turn: Promise<unknown> = Promise.resolve();
  private reloadedAt = -Infinity;
  private isSourceDown = false;
  private timer: NodeJS.Timeout | undefined;
  private stopFollowing: () => void = () => {};

  constructor(
    private readonly settings: KeysSettings,
    private readonly source: KeySource,
    private readonly clock: Clock,
    private readonly events: AuthEvents,
  ) {}

  /**
   * Loads the keys and keeps up with their source until {@link close}. A resource server starts although its issuer is
   * down, and answers 503 until it is up.
   *
   * @throws Error when the source has no sound keys
   */
  async load(): Promise<void> {
    if (this.settings.origin.kind === 'remote') await this.reload();
    else this.adopt(await this.source.load());
    this.stopFollowing = this.source.follow(() => void this.reload());
    this.timer = setInterval(() => void this.maintain(), this.settings.refreshEveryMs).unref();
  }

  /** Ends following and refreshing. */
  close(): void {
    clearInterval(this.timer);
    this.stopFollowing();
  }

  /** The key that signs now. @throws Error for a ring of a pure resource server */
  active(): SigningKey {
    const now = this.clock.now();
    let next: SigningKey | undefined;
    for (const key of this.keys.values()) {
      if (!canSign(key)) continue;
      const state = keyStateAt(key.life, now);
      if (state === 'active') return key;
      if (state === 'pending') next ??= key;
    }
    // The clock of the instance that made the very first key is ahead of ours.
    if (next !== undefined) return next;
    throw new Error('there is no key to sign with');
  }

  /** The key of that `kid`, unless it is unknown or retired. A `kid` is looked up and nothing else (RFC 8725 §3.10). */
  find(kid: string): VerificationKey | undefined {
    const key = this.keys.get(kid);
    return key === undefined || this.clock.now() >= key.life.retiredFrom ? undefined : key;
  }

  /**
   * As {@link find}, after a look at the source when the `kid` is unknown; at most one look per cooldown.
   *
   * @throws AuthError `store_unavailable` when it is unknown but the source can't be reached: it may well be a new key
   */
  async findOrReload(kid: string): Promise<VerificationKey | undefined> {
    const known = this.find(kid);
    if (known !== undefined) return known;
    const due = this.clock.now() - this.reloadedAt >= this.settings.reloadCooldownMs;
    if (due || this.reloading !== undefined) await this.reload();
    const found = this.find(kid);
    if (found === undefined && this.isSourceDown) throw sourceIsDown();
    return found;
  }

  /** The public keys as others may see them, the pending one included. Secrets never. */
  jwks(): JsonWebKeySet {
    const now = this.clock.now();
    const shown = [...this.keys.values()].filter(({ life }) => now < life.retiredFrom);
    return publishKeys(shown, this.settings.jwksMaxAgeSeconds);
  }

  /**
   * Replaces the signing key, on one instance for all. The new key is published for a while before it signs, the old
   * one verifies until its last token has expired. With `compromised` all present keys stop verifying at once.
   *
   * @throws Error when the source can't make keys
   */
  rotate({ compromised = false }: { readonly compromised?: boolean } = {}): Promise<KeyRotation> {
    return this.inTurn(() => this.rotateOnce(compromised));
  }

  private async rotateOnce(compromised: boolean): Promise<KeyRotation> {
    const before = [...this.keys.keys()];
    const replaces = this.active().kid;
    const { outcome, keys } = await this.source.rotate({ replaces, compromised });
    this.adopt(keys);
    const compromisedKids = compromised ? before.filter((kid) => !this.keys.has(kid)) : [];
    const kid = keys.at(-1)?.kid ?? replaces;
    if (outcome === 'rotated') this.tell(kid, compromisedKids);
    return { outcome, kid, compromisedKids };
  }

  /** One round of upkeep: looks at the source and rotates a key that is old enough. Never rejects. */
  async maintain(): Promise<void> {
    await this.reload();
    if (!this.isRotationDue()) return;
    await this.rotate().catch((error: unknown) =>
      this.events.emit('keys.rotation_failed', { error: nameOf(error) }),
    );
  }

  /** Looks at the source; a failure leaves the keys as they are, so that verification goes on. Never rejects. */
  reload(): Promise<void> {
    this.reloading ??= this.inTurn(() => this.reloadOnce()).finally(() => {
      this.reloading = undefined;
    });
    return this.reloading;
  }

  private async reloadOnce(): Promise<void> {
    this.reloadedAt = this.clock.now();
    try {
      this.adopt(await this.source.load());
      this.isSourceDown = false;
    } catch (error) {
      this.isSourceDown = true;
      this.events.emit('keys.reload_failed', { error: nameOf(error) });
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  private adopt(keys: KeySet): void {
    if (keys.length === 0) throw new Error('the key source has no keys');
    this.keys = new Map(keys.map((key) => [key.kid, sameAsBefore(key, this.keys.get(key.kid))]));
  }

  private isRotationDue(): boolean {
    const { rotateEveryMs } = this.settings;
    if (rotateEveryMs === undefined) return false;
    const now = this.clock.now();
    const known = [...this.keys.values()];
    if (known.some(({ life }) => keyStateAt(life, now) === 'pending')) return false;
    return known.some(
      ({ life }) => keyStateAt(life, now) === 'active' && now - life.activeFrom >= rotateEveryMs,
    );
  }

  private tell(kid: string, compromisedKids: readonly string[]): void {
    this.events.emit('keys.rotated', { kid });
    if (compromisedKids.length > 0) this.events.emit('keys.compromised', { kids: compromisedKids });
  }
}

// A source may parse its keys anew on each look; what was verified with the same key stays verified.
function sameAsBefore(key: VerificationKey, before: VerificationKey | undefined): VerificationKey {
  const isSame = before !== undefined && before.algorithm === key.algorithm && before.key.equals(key.key);
  return isSame ? { ...key, key: before.key } : key;
}

function sourceIsDown(): AuthError {
  return new AuthError('store_unavailable', {
    detail: 'the key source does not answer',
    retryAfterSeconds: 5,
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
