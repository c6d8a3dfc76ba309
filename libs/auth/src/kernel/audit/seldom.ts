const MOST_KEYS = 10_000;
const SECOND_MS = 1000;
// What each customer of a provider gets at most, mostly: whoever can use one address of it can use all.
const NETWORK_GROUPS = 3;

/** How often something of one kind is told. */
export interface Quiet {
  /** What is told once: an address, say. */
  readonly key: string;
  /** For how long nothing more is told of it. @default 1000 */
  readonly quietMs?: number | undefined;
}

/**
 * Keeps back what would flood those who listen: one for each key in a while, a few of each network in a second, and so many of
 * all together, so that no stranger uses up what is told of others. Bounded: of more keys than that the oldest are forgotten,
 * and told once more.
 */
export class Seldom {
  private readonly quietUntil = new Map<string, number>();
  private keptBack = 0;
  private second = { began: -Infinity, told: 0, ofNetworks: new Map<string, number>() };

  constructor(
    /** A clock that nobody can set, in milliseconds. */
    private readonly elapsed: () => number,
    private readonly mostInSecond = 100,
    private readonly mostOfNetwork = 10,
  ) {}

  /**
   * How many were kept back since the last one that was told; `undefined`: this one is kept back too.
   * @param addressOf where it came from, whole; asked of what isn't kept back anyway
   */
  ask({ key, quietMs = SECOND_MS }: Quiet, addressOf: () => string | undefined): number | undefined {
    const now = this.elapsed();
    if (now < (this.quietUntil.get(key) ?? -Infinity) || !this.hasRoom(now, addressOf)) {
      this.keptBack += 1;
      return undefined;
    }
    this.remember(key, now + quietMs);
    const before = this.keptBack;
    this.keptBack = 0;
    return before;
  }

  /** What has changed meanwhile is told at once. */
  forget(key: string): void {
    this.quietUntil.delete(key);
  }

  private hasRoom(now: number, addressOf: () => string | undefined): boolean {
    if (now - this.second.began >= SECOND_MS)
      this.second = { began: now, told: 0, ofNetworks: new Map<string, number>() };
    const { second } = this;
    if (second.told >= this.mostInSecond) return false;
    const address = addressOf();
    if (address !== undefined && !this.hasRoomFor(networkOf(address))) return false;
    second.told += 1;
    return true;
  }

  private hasRoomFor(network: string): boolean {
    const { ofNetworks } = this.second;
    const told = ofNetworks.get(network) ?? 0;
    if (told >= this.mostOfNetwork) return false;
    ofNetworks.set(network, told + 1);
    return true;
  }

  private remember(key: string, until: number): void {
    this.quietUntil.delete(key);
    this.quietUntil.set(key, until);
    if (this.quietUntil.size <= MOST_KEYS) return;
    const [oldest] = this.quietUntil.keys();
    if (oldest !== undefined) this.quietUntil.delete(oldest);
  }
}

/** An IPv4 address, or the /48 of an IPv6 address; of an address as records say it. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = [], tail] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const leftOut = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: leftOut }, () => '0'), ...(tail ?? [])];
  return groups.slice(0, NETWORK_GROUPS).join(':');
}
