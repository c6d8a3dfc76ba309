import { Resolver } from 'node:dns/promises';
import { isPublicAddress } from './public-address.js';

/** Whom to connect to. */
export interface Destination {
  /** An IP address: nothing is resolved after it was looked at. */
  readonly address: string;
  readonly port: number;
  /** PEM of the authority to trust. @default the well-known ones */
  readonly ca?: string;
}

/** Finds out where documents of clients may be fetched from. Internal: what it allows, strangers make this server call. */
export abstract class DocumentDestinations {
  /** @returns `undefined` for a name that is unknown, or leads anywhere but to the public internet. @throws Error when names can't be resolved */
  abstract of(url: URL): Promise<Destination | undefined>;
}

type Resolve = (hostname: string) => Promise<readonly string[]>;

const UNKNOWN: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);
const HTTPS_PORT = 443;

/** Public addresses only. */
export class PublicDestinations extends DocumentDestinations {
  constructor(private readonly resolve: Resolve = resolved) {
    super();
  }

  async of({ hostname, port }: URL): Promise<Destination | undefined> {
    const addresses = await this.resolve(hostname);
    const [address] = addresses;
    // One private address among them is reason enough to distrust the name.
    if (address === undefined || !addresses.every(isPublicAddress)) return undefined;
    return { address, port: port === '' ? HTTPS_PORT : Number(port) };
  }
}

/** By DNS alone: files of the machine know names of its inside, and `lookup()` would hold threads that others wait for. */
async function resolved(hostname: string): Promise<readonly string[]> {
  const dns = new Resolver({ timeout: 1000, tries: 2 });
  const answers = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const failure = answers.find(
    ({ status, reason }: { status: string; reason?: NodeJS.ErrnoException }) =>
      status === 'rejected' && !UNKNOWN.has(reason?.code),
  );
  if (found.length === 0 && failure?.status === 'rejected') throw failure.reason;
  return found;
}
