/** Names of the Redis keys that there are of every subject and partition, of ours and of another issuer's. */
export abstract class PartitionKeys {
  /** What they begin with: the partition, and the issuer if it is another one. */
  protected abstract readonly base: string;
  /** That of the subject; of a whole partition, its one character. */
  abstract readonly hash: string;

  /** String: there while a revoked access token (`jti`) of the subject would be alive. */
  token(tokenId: string): string {
    return this.tokenKnownAs(revokedTokenOf(this.hash, tokenId));
  }

  /** {@link token}. @param known what it is known by, whoever of the partition is its subject */
  tokenKnownAs(known: string): string {
    return `${this.base}token:${known}`;
  }

  /** Hash: an API key. */
  apiKey(id: string): string {
    return `${this.base}api-key:${id}`;
  }

  /** Sorted set: the subject's API keys by their expiry. */
  get apiKeys(): string {
    return `${this.base}api-keys:${this.hash}`;
  }

  /** Hash of counters, this partition's copy: how often the API keys of a client, and of everybody, were ended. */
  get apiKeyEpochs(): string {
    return `${this.base}api-key-epochs`;
  }

  /** String: the start of a server after which everything was refused, because it had lost data. */
  get raisedFor(): string {
    return `${this.base}raised-for`;
  }
}

/**
 * Names of the Redis keys that say which tokens of another issuer are refused, in the partition of one subject. Most hold an
 * instant (epoch ms): tokens that were issued until then are refused. Its subjects are none of ours, and nor are their API keys.
 */
export class IssuerKeys extends PartitionKeys {
  constructor(
    protected readonly base: string,
    readonly hash: string,
  ) {
    super();
  }

  /** Every token. It never expires: one that is gone means that the store has lost data. */
  get beginning(): string {
    return `${this.base}all`;
  }

  /** Every token of the subject. */
  get subject(): string {
    return `${this.base}subject:${this.hash}`;
  }

  /** The tokens of the subject that name no session: nobody can tell which of its sessions they belong to. */
  get sessionless(): string {
    return `${this.base}sessionless:${this.hash}`;
  }

  /** The tokens of a client, this partition's copy. */
  client(clientId: string): string {
    return `${this.base}client:${clientId}`;
  }

  /** The tokens of a session of the issuer (`sid`); this partition's copy where its subject isn't known. */
  session(sessionId: string): string {
    return `${this.base}session:${sessionId}`;
  }

  /** Number: the longest lifetime, in ms, that any service has accepted of this issuer. It never expires. */
  get longestLifetime(): string {
    return `${this.base}longest`;
  }

  /** String: there while a logout token that was obeyed would be valid. */
  obeyedLogout(tokenId: string): string {
    return `${this.base}logout:${tokenId}`;
  }
}

/** What a revoked token is known by: hosts number theirs as they like, so an id says nothing without its subject. */
export function revokedTokenOf(subjectHash: string, tokenId: string): string {
  return `${subjectHash}:${tokenId}`;
}
