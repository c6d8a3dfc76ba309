import { createHmac } from 'node:crypto';
import { constantTimeEqual } from '../kernel/opaque.js';
import type { Clock } from '../kernel/clock.js';
import { Opaque } from '../kernel/opaque-secret.js';

const PERIOD_BYTES = 6;
const MAC_BYTES = 16;

/**
 * Nonces for proofs (RFC 9449 §8): the number of a period of time under a MAC, so that every instance knows those of all, nothing
 * is kept, and nobody can make one for later. One is good for its period and the next.
 */
export class ProofNonces extends Opaque {
  readonly #keys: readonly Buffer[];

  /** @param keys newest first; older ones still verify */
  constructor(
    keys: readonly Buffer[],
    private readonly periodMs: number,
    private readonly clock: Clock,
  ) {
    super();
    this.#keys = keys;
  }

  /** How long one could be good at most. */
  get longestMs(): number {
    return 3 * this.periodMs;
  }

  /** The one to hand out now. */
  current(): string {
    return this.write(this.period(), this.#keys[0]);
  }

  /** Whether a claim is one that is good now, of whichever instance: clocks differ, so the next period may have begun elsewhere. */
  isGood(nonce: unknown): boolean {
    if (typeof nonce !== 'string') return false;
    const period = this.period();
    return [period, period - 1, period + 1].some((each) =>
      this.#keys.some((key) => constantTimeEqual(nonce, this.write(each, key))),
    );
  }

  private period(): number {
    return Math.floor(this.clock.now() / this.periodMs);
  }

  private write(period: number, key: Buffer = Buffer.alloc(0)): string {
    const number = Buffer.alloc(PERIOD_BYTES);
    number.writeUIntBE(Math.max(0, period), 0, PERIOD_BYTES);
    const mac = createHmac('sha256', key).update(number).digest().subarray(0, MAC_BYTES);
    return Buffer.concat([number, mac]).toString('base64url');
  }
}
