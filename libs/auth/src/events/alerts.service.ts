import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { networkOf } from '../context/callers/client-address.js';
import type { AuthEventMap, AuthEvents } from '../kernel/auth-events.js';
import type { Clock } from '../kernel/clock.js';
import type { KeyRing } from '../keys/key-ring.js';
import { subjectHashOf } from '../subjects/subject-keys.js';
import type { SlidingWindowStore } from '../throttler/sliding-window/sliding-window.store.js';
import { AlertWindows } from './alert-windows.js';
import type { AlertSettings } from './events.settings.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What came back after its use; of an authorization code only the session is still known. */
type Reuse = { readonly sessionId: string; readonly subject?: string };

type Alert = Extract<keyof AuthEventMap, `alert.${string}`>;

/**
 * Tells operators of what single events don't show: many of them within a while, and keys that are about to end. Each alert is
 * told once until it is over, a key about to end once a day, by one instance for all. What nobody listens to isn't counted.
 */
export class Alerts implements OnModuleInit, OnApplicationShutdown {
  private readonly windows: AlertWindows;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: AlertSettings,
    windows: SlidingWindowStore,
    private readonly events: AuthEvents,
    private readonly expiry: { readonly keys: Pick<KeyRing, 'lastToSign'>; readonly clock: Clock },
  ) {
    this.windows = new AlertWindows(windows);
    events.on('login.failed', (record) => this.onFailedLogin(record));
    for (const reuse of ['refresh.reuse', 'authorization-code.reuse'] as const)
      events.on(reuse, (record) => this.onReuse(record));
  }

  onModuleInit(): void {
    void this.lookAtKeys();
    this.timer = setInterval(() => void this.lookAtKeys(), HOUR_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Whether the key that signs is about to end or has ended, and none follows it. Never rejects. */
  async lookAtKeys(): Promise<void> {
    const { keyExpiryMs } = this.settings;
    const { keys, clock } = this.expiry;
    const last = keys.lastToSign;
    if (last === undefined || last.expiresAt - clock.now() > keyExpiryMs) return;
    await this.tell('alert.key-expiring', last, () => this.windows.isNews('key', last.kid, DAY_MS));
  }

  private async onFailedLogin({ account, address }: AuthEventMap['login.failed']): Promise<void> {
    if (account === undefined) return;
    await Promise.all([this.onFailureOf(account), this.onFailureFrom(networkOf(address), account)]);
  }

  private async onFailureOf(account: string): Promise<void> {
    const { failedLogins } = this.settings;
    const { count: failures, withinMs } = failedLogins;
    await this.tell('alert.failed-logins', { account, failures, withinMs }, () =>
      this.windows.reached('failed-logins', account, failedLogins),
    );
  }

  private async onFailureFrom(network: string | undefined, account: string): Promise<void> {
    if (network === undefined) return;
    const { credentialStuffing } = this.settings;
    const { count: accounts, withinMs } = credentialStuffing;
    await this.tell('alert.credential-stuffing', { network, accounts, withinMs }, async () => {
      const isAnother = await this.windows.isFirst('stuffing', network, account, withinMs);
      return isAnother && this.windows.reached('stuffing', network, credentialStuffing);
    });
  }

  /** By subject, known or not: whoever replays tokens of their own must not use up what tells of others. */
  private async onReuse({ sessionId, subject }: Reuse): Promise<void> {
    const { reuse } = this.settings;
    const { count: reuses, withinMs } = reuse;
    await this.tell('alert.reuse', { sessionId, subject, reuses, withinMs }, () =>
      this.windows.reached('reuse', subjectHashOf(sessionId), reuse),
    );
  }

  /** A store that is away costs an alert, and nothing else. */
  private async tell<E extends Alert>(
    alert: E,
    told: Parameters<typeof this.events.emit<E>>[1],
    isDue: () => Promise<boolean>,
  ): Promise<void> {
    if (!this.events.isHeard(alert)) return;
    const isTold = await isDue().catch(() => false);
    if (isTold) this.events.emit(alert, told);
  }
}
