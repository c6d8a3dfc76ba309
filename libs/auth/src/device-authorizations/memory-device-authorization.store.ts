import type { Clock } from '../kernel/clock.js';
import { constantTimeEqual } from '../kernel/opaque.js';
import { ExpiringMap } from '../memory/expiring-map.js';
import type { Sweepable } from '../memory/sweeper.js';
import {
  type DeviceAuthorizationContent,
  DeviceAuthorizationStore,
  type DeviceCodes,
  type FoundDeviceAuthorization,
  type PollVerdict,
  REMEMBERED_MS,
  SLOWED_BY_MS,
} from './device-authorization.store.js';
import { nameOfUserCode } from './device-codes.js';

const MAX_AUTHORIZATIONS = 10_000;

interface Waiting {
  readonly secretHash: string;
  readonly content: DeviceAuthorizationContent;
  readonly deadline: number;
  state: 'pending' | 'approved' | 'denied' | 'redeemed';
  approval: string;
  intervalMs: number;
  pollableAt: number;
}

/** Devices that wait for this process only; full of them it takes no more, rather than forget one. */
export class MemoryDeviceAuthorizationStore extends DeviceAuthorizationStore implements Sweepable {
  private readonly waiting: ExpiringMap<string, Waiting>;

  constructor(
    private readonly clock: Clock,
    { maxAuthorizations = MAX_AUTHORIZATIONS }: { readonly maxAuthorizations?: number } = {},
  ) {
    super();
    this.waiting = new ExpiringMap({ clock, maxEntries: maxAuthorizations, whenFull: 'refuse' });
  }

  /** Authorizations held, for tests and metrics. */
  get size(): number {
    return this.waiting.size;
  }

  async begin(
    { name, secretHash }: DeviceCodes,
    content: DeviceAuthorizationContent,
    ttlMs: number,
  ): Promise<'begun' | 'taken'> {
    if (this.waiting.get(name) !== undefined) return 'taken';
    const { intervalMs } = content;
    const now = this.clock.elapsed();
    this.waiting.set(
      name,
      {
        secretHash,
        content,
        deadline: now + ttlMs,
        state: 'pending',
        approval: '',
        intervalMs,
        pollableAt: now,
      },
      this.clock.now() + ttlMs + REMEMBERED_MS,
    );
    return 'begun';
  }

  async find(userCode: string): Promise<FoundDeviceAuthorization> {
    const found = this.pending(userCode);
    if (found === undefined) return { verdict: 'unknown' };
    const { clientId, request } = found.content;
    return { verdict: 'pending', content: { clientId, request } };
  }

  async approve(userCode: string, approval: string): Promise<'approved' | 'unknown'> {
    const found = this.pending(userCode);
    if (found === undefined) return 'unknown';
    Object.assign(found, { state: 'approved', approval });
    return 'approved';
  }

  async deny(userCode: string): Promise<'denied' | 'unknown'> {
    const found = this.pending(userCode);
    if (found === undefined) return 'unknown';
    found.state = 'denied';
    return 'denied';
  }

  async poll(codes: DeviceCodes, clientId: string): Promise<PollVerdict> {
    const found = this.ofDevice(codes);
    if (found?.content.clientId !== clientId || found.state === 'redeemed') return { verdict: 'unknown' };
    if (found.state === 'denied') return { verdict: 'denied' };
    if (this.hasExpired(found)) return { verdict: 'expired' };
    if (found.state === 'approved') return { verdict: 'approved', approval: found.approval };
    const now = this.clock.elapsed();
    const isEarly = now < found.pollableAt;
    if (isEarly) found.intervalMs += SLOWED_BY_MS;
    found.pollableAt = now + found.intervalMs;
    return { verdict: isEarly ? 'slow_down' : 'pending' };
  }

  async redeem(codes: DeviceCodes): Promise<'redeemed' | 'unknown'> {
    const found = this.ofDevice(codes);
    if (found?.state !== 'approved' || this.hasExpired(found)) return 'unknown';
    Object.assign(found, { state: 'redeemed', approval: '' });
    return 'redeemed';
  }

  sweep(): void {
    this.waiting.sweep();
  }

  private pending(userCode: string): Waiting | undefined {
    const found = this.waiting.get(nameOfUserCode(userCode));
    return found?.state === 'pending' && !this.hasExpired(found) ? found : undefined;
  }

  private ofDevice({ name, secretHash }: DeviceCodes): Waiting | undefined {
    const found = this.waiting.get(name);
    return found !== undefined && constantTimeEqual(found.secretHash, secretHash) ? found : undefined;
  }

  private hasExpired({ deadline }: Waiting): boolean {
    return this.clock.elapsed() >= deadline;
  }
}
