import { Injectable } from '@nestjs/common';
import { isAuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import type { Condition } from '../kernel/condition.js';
import { type JsonWebKeySet, publishKeys } from './json-web-key-set.js';
import { failedLoad } from './failed-load.js';
import { KeyNotReplacedError, KeySource } from './key-source.js';
import { KeysSettings } from './keys.settings.js';
import { type KeysByName, isOlderThan, lastToSign, namesakes, sameAsBefore, signerAt } from './key-set.js';
import {
  type KeySet,
  type KeyState,
  type SigningKey,
  type VerificationKey,
  canSign,
  keyStateAt,
} from './signing-key.js';
import { WatchedSource } from './watched-source.js';

/** What a rotation did. */
export interface KeyRotation {
  /**
   * `already-rotated`: another instance was faster, or a rotation is under way. `key-not-replaced`: what the compromised key
   * signed is revoked, but whoever has the key can go on signing until its owner replaces it.
   */
  readonly outcome: 'rotated' | 'already-rotated' | 'key-not-replaced';
  /** `kid` of the newest signing key; `undefined` where there is none. */
  readonly kid: string | undefined;
  /** With `key-not-replaced`: what has to be done, and where. */
  readonly advice?: string;
  /** Keys that verify no longer because they are compromised: what they signed has to be revoked as well. */
  readonly compromisedKids: readonly string[];
}

const NONE: readonly VerificationKey[] = [];

/** The keys of this instance: which one signs, which ones verify, and what others may see of them. */
@Injectable()
export class KeyRing {
  private keys: KeySet = [];
  private byKid: KeysByName = new Map();
  // The key that signed last: it does so as long as its lifetime says, and nobody has to look at the others.
  private signing: SigningKey | undefined;
  private readonly watched: WatchedSource;

  constructor(
    private readonly settings: KeysSettings,
    private readonly source: KeySource,
    private readonly clock: Clock,
    private readonly events: AuthEvents,
  ) {
    this.watched = new WatchedSource(source, (keys) => this.adopt(keys), clock, events);
  }

  /**
   * Loads the keys and keeps up with their source until {@link close}. An app starts although the issuer it trusts, or
   * the store its own keys are in, is down, and answers 503 until it is up.
   *
   * @throws AuthConfigurationError when the source has no sound keys, or can't be asked
   */
  async load(): Promise<void> {
    await this.watched.load().catch((error: unknown) => {
      const isDown = isAuthError(error) || this.settings.origin.kind === 'remote';
      if (!isDown) throw failedLoad(error, this.settings.origin);
    });
    this.watched.follow(this.settings.refreshEveryMs, () => this.maintain());
  }

  /** Ends following and refreshing. */
  close(): void {
    this.watched.close();
  }

  /** The key to sign with, after a look at the source when there are no keys yet. @throws AuthError `store_unavailable` */
  async signingKey(): Promise<SigningKey> {
    if (this.keys.length === 0) await this.reload();
    return this.active();
  }

  /** `kid` of {@link active}, or `undefined` for a ring of a pure resource server. */
  get signingKid(): string | undefined {
    return this.keys.some(canSign) ? this.active().kid : undefined;
  }

  /** Since when {@link active} signs, epoch ms; 0 for one that was given, `undefined` where none signs at the moment. */
  get signingSince(): number | undefined {
    return signerAt(this.keys, this.clock.now())?.lifetime.activeFrom;
  }

  /** The key that signs now. @throws Error for a ring of a pure resource server; AuthError `store_unavailable` before the first keys */
  active(): SigningKey {
    const now = this.clock.now();
    const { signing } = this;
    if (signing !== undefined && isActiveAt(signing, now)) return signing;
    const found = signerAt(this.keys, now);
    if (found !== undefined) return (this.signing = found);
    if (this.keys.length === 0) throw this.watched.refusal();
    throw new Error('there is no key to sign with');
  }

  /** The key that is the last to sign as far as that is foreseen, and when it does so no more, be it past; `undefined`: no end is foreseen. */
  get lastToSign(): { readonly kid: string; readonly expiresAt: number } | undefined {
    return lastToSign(this.keys);
  }

  /** The keys that aren't retired, and what each is doing now. */
  get inUse(): readonly { readonly key: VerificationKey; readonly state: KeyState }[] {
    const now = this.clock.now();
    return this.keys
      .map((key) => ({ key, state: keyStateAt(key.lifetime, now) }))
      .filter(({ state }) => state !== 'retired');
  }

  /** Whether there is a key that signs, or one may yet come: there are no keys at all while the source is down. */
  get canSign(): boolean {
    return this.keys.length === 0 || this.keys.some(canSign);
  }

  /** Whether the keys verify and, where some are for that, sign; and what keeps this instance from newer ones. */
  get condition(): Condition {
    const now = this.clock.now();
    const { trouble } = this.watched;
    if (!this.keys.some(({ lifetime }) => now < lifetime.retiredFrom))
      return { status: 'down', reason: 'all keys are retired', ...trouble };
    if (this.keys.some(canSign) && signerAt(this.keys, now) === undefined)
      return { status: 'down', reason: 'no key signs any more', ...trouble };
    return trouble === undefined ? { status: 'up' } : { status: 'degraded', ...trouble };
  }

  /** Has a source that failed looked at again, in the background and at most once per cooldown. */
  retry(): void {
    if (this.watched.isDown) void this.watched.lookAfter(this.settings.reloadCooldownMs);
  }

  /**
   * The keys of that `kid` that aren't retired: one, unless the issuer uses the name twice. A `kid` is looked up and
   * nothing else (RFC 8725 §3.10).
   */
  find(kid: string): readonly VerificationKey[] {
    const known = this.byKid.get(kid) ?? NONE;
    const now = this.clock.now();
    const isAlive = ({ lifetime }: VerificationKey): boolean => now < lifetime.retiredFrom;
    return known.every(isAlive) ? known : known.filter(isAlive);
  }

  /**
   * As {@link find}, after a look at the source when the `kid` is unknown; at most one look per cooldown.
   *
   * @throws AuthError `store_unavailable` when it is unknown but the source can't be reached: it may well be a new key
   */
  async findOrReload(kid: string): Promise<readonly VerificationKey[]> {
    const known = this.find(kid);
    if (known.length > 0) return known;
    await this.watched.lookAfter(this.settings.reloadCooldownMs);
    const found = this.find(kid);
    if (found.length === 0 && this.watched.isDown) throw this.watched.refusal();
    return found;
  }

  /** The public keys as others may see them, the pending one included. Secrets never. @throws AuthError `store_unavailable` before the first keys */
  jwks(): JsonWebKeySet {
    if (this.keys.length === 0) throw this.watched.refusal();
    const now = this.clock.now();
    const shown = this.keys.filter(({ lifetime }) => now < lifetime.retiredFrom);
    return publishKeys(shown, this.settings.jwksMaxAgeSeconds);
  }

  /**
   * Replaces the signing key, on one instance for all. The new key is published for a while before it signs, the old
   * one verifies until its last token has expired. With `compromised` all present keys stop verifying at once.
   *
   * @throws KeyNotReplacedError when the source can't make keys
   */
  rotate({ compromised = false }: { readonly compromised?: boolean } = {}): Promise<KeyRotation> {
    return this.watched.inTurn(() => this.rotateOnce(compromised));
  }

  private async rotateOnce(compromised: boolean): Promise<KeyRotation> {
    if (this.keys.length > 0 && !this.keys.some(canSign))
      throw new KeyNotReplacedError('the keys are those of another issuer: they have to be replaced there');
    const before = this.keys.map(({ kid }) => kid);
    const replaces = this.active().kid;
    const { outcome, keys } = await this.source.rotate({ replaces, compromised });
    this.adopt(keys);
    this.watched.forgetFailedRotation();
    const compromisedKids = compromised ? before.filter((kid) => !this.byKid.has(kid)) : [];
    const kid = keys.at(-1)?.kid ?? replaces;
    if (outcome === 'rotated') this.announce(kid, compromisedKids);
    return { outcome, kid, compromisedKids };
  }

  /** One round of upkeep: looks at the source and rotates a key that is old enough. Never rejects. */
  async maintain(): Promise<void> {
    await this.reload();
    const { rotateEveryMs = Infinity } = this.settings;
    if (!isOlderThan(this.keys, rotateEveryMs, this.clock.now())) return this.watched.forgetFailedRotation();
    await this.rotate().catch((error: unknown) => this.watched.tellOfFailedRotation(error));
  }

  /** Looks at the source; a failure leaves the keys as they are, so that verification goes on. Never rejects. */
  reload(): Promise<void> {
    return this.watched.look();
  }

  private adopt(keys: KeySet): void {
    if (keys.length === 0) throw new Error('the key source has no keys');
    this.signing = undefined;
    this.keys = sameAsBefore(keys, this.byKid);
    this.byKid = namesakes(this.keys);
  }

  private announce(kid: string, compromisedKids: readonly string[]): void {
    this.events.emit('keys.rotated', { kid });
    if (compromisedKids.length > 0) this.events.emit('keys.compromised', { kids: compromisedKids });
  }
}

// Its own instants say so: whatever the others are, at most one is active.
function isActiveAt(
  { lifetime: { activeFrom, retiringFrom, retiredFrom } }: SigningKey,
  now: number,
): boolean {
  return activeFrom <= now && now < retiringFrom && now < retiredFrom;
}
