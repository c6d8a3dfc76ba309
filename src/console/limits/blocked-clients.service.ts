import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AuthEventMap, AuthEvents, RateLimits } from 'nestjs-gatehouse';

/** Whom a limit counts, as {@link RateLimits} takes it. */
export type Client = { readonly ip: string } | { readonly user: string };

/** A client that has used up a limit of requests. */
export interface BlockedRequests {
  readonly client: Client;
  readonly limit: string;
  readonly until: number;
}

/** Somebody whose logins are refused, by what events call the account. */
export interface BlockedLogins {
  readonly account: string;
  readonly address: string | undefined;
  readonly until: number;
}

// Those that were told of last; whoever is forgotten here stays blocked.
const MOST = 100;

/** Who was refused lately, as far as this process was told; the limits themselves keep no list. */
@Injectable()
export class BlockedClients implements OnModuleInit {
  private readonly requests = new Map<string, BlockedRequests>();
  private readonly logins = new Map<string, BlockedLogins>();

  constructor(
    private readonly events: AuthEvents,
    private readonly limits: RateLimits,
  ) {}

  onModuleInit(): void {
    this.events.on('quota.exceeded', (record) => this.noteRequests(record));
    this.events.on('login.blocked', ({ account, address, time, retryAfterSeconds }) =>
      remember(this.logins, `${account} ${address}`, {
        account,
        address,
        until: time + retryAfterSeconds * 1000,
      }),
    );
  }

  /** How many were refused and may still be. */
  count(now: number): number {
    return [...this.requests.values(), ...this.logins.values()].filter(({ until }) => until > now).length;
  }

  /** Whose requests are refused now, which the store is asked. @throws AuthError `store_unavailable` */
  async ofRequests(now: number): Promise<readonly BlockedRequests[]> {
    const told = [...this.requests.values()].filter(({ until }) => until > now);
    const still = await Promise.all(told.map((blocked) => this.isStill(blocked)));
    return told.filter((_, at) => still[at]).toReversed();
  }

  /** Whose logins are refused, unless they were forgiven by another process. */
  ofLogins(now: number): readonly BlockedLogins[] {
    return [...this.logins.values()].filter(({ until }) => until > now).toReversed();
  }

  /** Forgets an account whose failures were forgiven. */
  forgiven(account: string): void {
    for (const [key, blocked] of this.logins) if (blocked.account === account) this.logins.delete(key);
  }

  private noteRequests(record: AuthEventMap['quota.exceeded']): void {
    const { limits, subject, address, time, retryAfterSeconds } = record;
    for (const limit of limits) {
      const by = this.limits.inForce.throttlers.find(({ name }) => name === limit)?.by;
      if (by === undefined) continue;
      const client = by === 'user' && subject !== undefined ? { user: subject } : address && { ip: address };
      if (!client) continue;
      const until = time + retryAfterSeconds * 1000;
      remember(this.requests, `${limit} ${JSON.stringify(client)}`, { client, limit, until });
    }
  }

  private async isStill({ limit, client }: BlockedRequests): Promise<boolean> {
    const most = this.limits.inForce.throttlers.find(({ name }) => name === limit)?.limit;
    const { used, blockedMs, routes } = await this.limits.peek(limit, client);
    return (
      blockedMs > 0 ||
      routes.some((route) => route.blockedMs > 0) ||
      (typeof most === 'number' && used >= most)
    );
  }
}

/** The last one at the end, and no more than fit. */
function remember<Entry>(entries: Map<string, Entry>, key: string, entry: Entry): void {
  entries.delete(key);
  entries.set(key, entry);
  const [oldest] = entries.keys();
  if (entries.size > MOST && oldest !== undefined) entries.delete(oldest);
}
