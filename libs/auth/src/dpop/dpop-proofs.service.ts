import { parseCompactJws } from '../jose/compact-jws.js';
import { isSignatureValid } from '../jose/signature.js';
import { parseStrictObject } from '../jose/strict-json.js';
import type { Clock } from '../kernel/clock.js';
import type { OneTimeValueStore, UseVerdict } from '../one-time-values/one-time-value.store.js';
import type { DPoPSettings } from './dpop.settings.js';
import { readProofClaims } from './proof-claims.js';
import { type ProofHeader, readProofHeader } from './proof-header.js';
import type { ProofNonces } from './proof-nonces.js';
import { targetUri } from './target-uri.js';

/** A request that a proof came with. */
export interface ProvenRequest {
  readonly method: string;
  /** As the app got it: its path, before anything was mounted or rewritten. */
  readonly target: string;
  /** The access token that came along. */
  readonly accessToken?: string | undefined;
}

/** A proof that is good once; nothing has used it yet. */
export interface SoundProof {
  /** RFC 7638 thumbprint of the key that its sender holds. */
  readonly jkt: string;
  /** Names the proof, unlike any other one. */
  readonly name: string;
  /** How long it could be shown again, by the clock of this instance. */
  readonly leftMs: number;
}

/** Why a proof isn't good; never quotes it. */
export interface ProofFault {
  readonly fault: string;
  /** Whether one with a nonce of ours would be. */
  readonly needsNonce?: boolean;
}

// An RSA key of 8192 bits and its signature fit in.
const MAX_BYTES = 8192;

/** Checks proofs that the sender of a request holds a key (RFC 9449 §4.3). */
export class DPoPProofs {
  constructor(
    readonly settings: DPoPSettings,
    private readonly used: OneTimeValueStore,
    private readonly clock: Clock,
    /** `undefined`: proofs need none. */
    private readonly nonces: ProofNonces | undefined,
  ) {}

  /** The nonce for the next proof (RFC 9449 §8); `undefined` where none is needed. */
  get nonce(): string | undefined {
    return this.nonces?.current();
  }

  /** Checks everything but whether the proof was used before, the cheapest first. */
  check(text: string, { method, target, accessToken }: ProvenRequest): SoundProof | ProofFault {
    const jws = parseCompactJws(text, MAX_BYTES);
    if ('fault' in jws) return jws;
    const header = readProofHeader(jws.header);
    if (typeof header === 'string') return { fault: header };
    const claims = parseStrictObject(jws.payload);
    if (claims === undefined) return { fault: 'the claims are not a plain JSON object' };
    const uri = targetUri(this.settings.baseUrl, target);
    // §4.3: of a proof with a nonce that says when it was made.
    const windowMs = this.nonces === undefined ? this.settings.windowMs : Infinity;
    const read = readProofClaims(claims, { method, uri, accessToken, windowMs, now: this.clock.now() });
    if (typeof read === 'string') return { fault: read };
    if (!isSignedWith(header, text)) return { fault: 'its key has not signed it' };
    if (this.nonces?.isGood(claims['nonce']) === false)
      return { fault: 'it has no nonce that is good now', needsNonce: true };
    const { jkt } = header;
    const leftMs = this.nonces?.longestMs ?? read.leftMs;
    return { jkt, name: JSON.stringify(['dpop proof', jkt, uri, read.tokenId]), leftMs };
  }

  /** Uses a proof up, on all instances (§11.1): once everything else is known to be good. @throws AuthError `store_unavailable` */
  use({ name, leftMs }: SoundProof): Promise<UseVerdict> {
    // An instance whose clock is behind would take it for longer than this one.
    return this.used.use(name, leftMs + this.settings.clockToleranceMs);
  }
}

function isSignedWith({ algorithm, key }: ProofHeader, text: string): boolean {
  const at = text.lastIndexOf('.');
  const signature = Buffer.from(text.slice(at + 1), 'base64url');
  try {
    return isSignatureValid(algorithm, key, Buffer.from(text.slice(0, at)), signature);
  } catch {
    return false;
  }
}
