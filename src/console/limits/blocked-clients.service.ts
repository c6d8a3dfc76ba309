import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AuthEventMap, AuthEvents, RateLimits } from 'nestjs-gatehouse';
import { AccountNames } from './account-names.service.js';
import { isRefused } from './refused.js';

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
  /** Users whose names count as this account; none when nobody has such a name. */
  readonly usernames: readonly string[];
  readonly address: string | undefined;
  readonly until: number;
  /** The failures of the account were forgiven: what refuses now are those of the address on whatever accounts. */
  readonly isOfAddress: boolean;
}

type ToldLogins = Omit<BlockedLogins, 'usernames'>;

// Of requests, of accounts that users have and of other accounts, each; whoever is forgotten here stays blocked.
const MOST = 100;

/** Who was refused lately, as far as this process was told; the limits themselves keep no list. */
@Injectable()
export class BlockedClients implements OnModuleInit {
  private readonly requests = new Map<string, BlockedRequests>();
  // Names that nobody has can be made up without end; they must not push out those that somebody has.
  private readonly ofUsers = new Map<string, ToldLogins>();
  private readonly ofNobody = new Map<string, ToldLogins>();

  constructor(
    private readonly events: AuthEvents,
    private readonly limits: RateLimits,
    private readonly accounts: AccountNames,
  ) {}

  onModuleInit(): void {
    this.events.on('quota.exceeded', (record) => this.noteRequests(record));
    this.events.on('login.blocked', (record) => this.noteLogins(record));
  }

  /** How many are refused now; as many as may still be, while the store can't be asked. */
  async count(now: number): Promise<number> {
    const requests = await this.ofRequests(now).catch(() => stillAt(now, this.requests));
    return requests.length + this.toldLogins(now).length;
  }

  /** Whose requests are refused now, which the store is asked. @throws AuthError `store_unavailable` */
  async ofRequests(now: number): Promise<readonly BlockedRequests[]> {
    const told = stillAt(now, this.requests);
    const still = await Promise.all(told.map((blocked) => this.isStill(blocked)));
    return told.filter((_, at) => still[at]);
  }

  /** Whose logins are refused, users first, unless they were forgiven by another process. */
  ofLogins(now: number): Promise<readonly BlockedLogins[]> {
    return Promise.all(
      this.toldLogins(now).map(async (each) => ({
        ...each,
        usernames: await this.accounts.namesOf(each.account),
      })),
    );
  }

  /** Forgets what a client was refused. */
  released(client: Client): void {
    for (const [key, blocked] of this.requests)
      if (JSON.stringify(blocked.client) === JSON.stringify(client)) this.requests.delete(key);
  }

  /**
   * Forgets an account whose failures were forgiven, except where its logins are still refused.
   * @param refusedMs for how long those from an address still are
   * @returns what events call the account, and the addresses from which they are
   */
  async forgiven(
    username: string,
    refusedMs: (address: string) => Promise<number | undefined>,
  ): Promise<{ readonly account: string; readonly still: readonly string[] }> {
    const account = this.accounts.accountOf(username);
    const still: string[] = [];
    for (const logins of [this.ofUsers, this.ofNobody])
      for (const [key, blocked] of [...logins].filter(([, each]) => each.account === account)) {
        const { address } = blocked;
        const ms = address === undefined ? undefined : await refusedMs(address);
        if (ms === undefined || address === undefined) logins.delete(key);
        else {
          logins.set(key, { ...blocked, until: Date.now() + ms, isOfAddress: true });
          still.push(address);
        }
      }
    return { account, still };
  }

  private toldLogins(now: number): readonly ToldLogins[] {
    return [...stillAt(now, this.ofUsers), ...stillAt(now, this.ofNobody)];
  }

  private async noteLogins({
    account,
    address,
    time,
    retryAfterSeconds,
  }: AuthEventMap['login.blocked']): Promise<void> {
    const until = time + retryAfterSeconds * 1000;
    // Who can't be looked up is told of all the same.
    const usernames = await this.accounts.namesOf(account).catch(() => []);
    const logins = usernames.length > 0 ? this.ofUsers : this.ofNobody;
    remember(logins, `${account} ${address}`, { account, address, until, isOfAddress: false }, oldestOfMost);
  }

  private noteRequests(record: AuthEventMap['quota.exceeded']): void {
    const { limits, subject, address, time, retryAfterSeconds } = record;
    for (const limit of limits) {
      const by = this.limits.inForce.throttlers.find(({ name }) => name === limit)?.by;
      if (by === undefined) continue;
      const client = by === 'user' && subject !== undefined ? { user: subject } : address && { ip: address };
      if (!client) continue;
      const until = time + retryAfterSeconds * 1000;
      remember(this.requests, `${limit} ${JSON.stringify(client)}`, { client, limit, until }, oldest);
    }
  }

  private async isStill({ limit, client }: BlockedRequests): Promise<boolean> {
    const throttler = this.limits.inForce.throttlers.find(({ name }) => name === limit);
    const { routes, ...shared } = await this.limits.peek(limit, client);
    return (
      routes.some(({ blockedMs }) => blockedMs > 0) ||
      (throttler !== undefined && isRefused(throttler, shared))
    );
  }
}

/** Those that aren't over, the last ones first. */
function stillAt<Entry extends { readonly until: number }>(
  now: number,
  entries: ReadonlyMap<string, Entry>,
): readonly Entry[] {
  return [...entries.values()].filter(({ until }) => until > now).toReversed();
}

/** The last one at the end, and no more than fit: what is over goes first. */
function remember<Entry extends { readonly until: number }>(
  entries: Map<string, Entry>,
  key: string,
  entry: Entry,
  leastOf: (entries: ReadonlyMap<string, Entry>) => string | undefined,
): void {
  entries.delete(key);
  entries.set(key, entry);
  if (entries.size <= MOST) return;
  const now = Date.now();
  for (const [each, { until }] of entries) if (until <= now) entries.delete(each);
  const least = entries.size > MOST ? leastOf(entries) : undefined;
  if (least !== undefined) entries.delete(least);
}

const oldest = (entries: ReadonlyMap<string, unknown>): string | undefined => [...entries.keys()][0];

/** Who is tried from many addresses takes the place of nobody else. */
function oldestOfMost(entries: ReadonlyMap<string, ToldLogins>): string | undefined {
  const rows = new Map<string, string[]>();
  for (const [key, { account }] of entries) rows.set(account, [...(rows.get(account) ?? []), key]);
  const all = [...rows.values()];
  const most = Math.max(...all.map(({ length }) => length));
  return all.find(({ length }) => length === most)?.[0];
}
