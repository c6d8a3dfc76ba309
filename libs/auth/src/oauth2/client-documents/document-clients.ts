import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { storeUnavailable } from '../../kernel/auth-error.js';
import type { Clock } from '../../kernel/clock.js';
import { withinDeadline } from '../../kernel/deadline.js';
import { failureReason } from '../../kernel/failure-reason.js';
import { ClientRegistry } from '../clients/client-registry.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { clientIdUrl } from './client-id-url.js';
import { clientOfMetadata } from './client-of-metadata.js';
import type { DocumentDestinations } from './document-destinations.js';
import { type FetchedDocument, fetchDocument } from './fetch-document.js';

/** Who may be a client by a document, and what it gets. */
export interface DocumentClientsSettings {
  /** Greatest scope of such a client. */
  readonly scope: readonly string[];
  /** Names of the hosts whose documents count; `undefined`: all public ones. */
  readonly hosts: readonly string[] | undefined;
}

type Outcome = { readonly client: OAuthClient } | { readonly problem: string } | { readonly failure: string };
type Kept = Outcome & { readonly until: number };

const MAX_KEPT = 1000;
const MAX_UNDER_WAY = 16;
const MINUTE_MS = 60_000;
const KEPT_MS = { least: MINUTE_MS, usual: 60 * MINUTE_MS, most: 24 * 60 * MINUTE_MS } as const;
const FAILURE_KEPT_MS = MINUTE_MS / 2;
// Less than a registry has to answer within, so that the reason is told.
const DEADLINE_MS = 2500;

/**
 * The clients of a registry, and those whose id is the address of a document about them
 * (draft-ietf-oauth-client-id-metadata-document). The registry comes first: it may know one of them better.
 */
export class DocumentClients extends ClientRegistry {
  private readonly logger = new Logger('Gatehouse');
  private readonly kept = new LRUCache<string, Kept>({ max: MAX_KEPT });
  private readonly underWay = new Map<string, Promise<Kept>>();

  constructor(
    private readonly registry: ClientRegistry,
    private readonly destinations: DocumentDestinations,
    private readonly settings: DocumentClientsSettings,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** @throws AuthError `store_unavailable` when the server of the document is away: a client isn't bad by it */
  async find(clientId: string): Promise<OAuthClient | undefined> {
    const registered = await this.registry.find(clientId);
    // Hosts answer what their database did: `null`, say.
    if (registered) return registered;
    const url = clientIdUrl(clientId);
    if (url === undefined || this.settings.hosts?.includes(url.hostname) === false) return undefined;
    const kept = this.stillKept(clientId) ?? (await this.fetchOnce(url));
    if ('failure' in kept) throw unavailable(`the metadata of a client can't be read: ${kept.failure}`);
    return 'client' in kept ? kept.client : undefined;
  }

  private stillKept(clientId: string): Kept | undefined {
    const kept = this.kept.get(clientId);
    return kept !== undefined && kept.until > this.clock.now() ? kept : undefined;
  }

  /** Whoever asks meanwhile waits for the same answer. */
  private fetchOnce(url: URL): Promise<Kept> {
    const already = this.underWay.get(url.href);
    if (already !== undefined) return already;
    // Strangers choose the addresses: what they make us do at once is bounded.
    if (this.underWay.size >= MAX_UNDER_WAY)
      throw unavailable('too many documents of clients are being read');
    const fetched = this.fetch(url).finally(() => this.underWay.delete(url.href));
    this.underWay.set(url.href, fetched);
    return fetched;
  }

  private async fetch(url: URL): Promise<Kept> {
    const [outcome, keptMs] = await this.outcomeOf(url);
    if (!('client' in outcome)) this.logger.debug(`${url.href} describes no client: ${reasonOf(outcome)}`);
    const kept = { ...outcome, until: this.clock.now() + keptMs };
    this.kept.set(url.href, kept);
    return kept;
  }

  private async outcomeOf(url: URL): Promise<readonly [Outcome, keptMs: number]> {
    const abortion = new AbortController();
    try {
      return await withinDeadline(
        () => this.read(url, abortion.signal),
        DEADLINE_MS,
        () => new Error(`no answer within ${DEADLINE_MS} ms`),
      );
    } catch (error) {
      return [{ failure: failureReason(error) }, FAILURE_KEPT_MS];
    } finally {
      // Whatever was not read is let go, and with it the connection.
      abortion.abort();
    }
  }

  private async read(url: URL, signal: AbortSignal): Promise<readonly [Outcome, keptMs: number]> {
    const destination = await this.destinations.of(url);
    if (destination === undefined) return [{ problem: 'it is not on the public internet' }, FAILURE_KEPT_MS];
    const fetched = await fetchDocument(url, destination, signal);
    const outcome = this.outcomeOfDocument(url, fetched);
    return [outcome, 'client' in outcome ? keptMsOf(fetched) : FAILURE_KEPT_MS];
  }

  private outcomeOfDocument({ href }: URL, fetched: FetchedDocument): Outcome {
    if ('problem' in fetched) return fetched;
    const { content } = fetched;
    if (content['client_id'] !== href) return { problem: 'its client_id is not its address' };
    if ('client_secret' in content || 'client_secret_expires_at' in content)
      return { problem: 'what everybody can read holds no secret' };
    const client = clientOfMetadata(content, { id: href, scope: this.settings.scope });
    return typeof client === 'string' ? { problem: client } : { client };
  }
}

function keptMsOf(fetched: FetchedDocument): number {
  const said = 'content' in fetched ? fetched.maxAgeSeconds : undefined;
  if (said === undefined) return KEPT_MS.usual;
  return Math.min(Math.max(said * 1000, KEPT_MS.least), KEPT_MS.most);
}

function reasonOf(outcome: Exclude<Outcome, { readonly client: OAuthClient }>): string {
  return 'problem' in outcome ? outcome.problem : outcome.failure;
}

// Whom to blame is a stranger, so it is no line in the log of this server.
function unavailable(detail: string): Error {
  return storeUnavailable(detail, { retryAfterSeconds: 30, isReported: true });
}
