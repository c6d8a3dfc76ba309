/** What an event says besides its {@link Stamp}. Nothing in it is a token, key, hash or password. */
type Facts = {
  /**
   * Credentials were refused. The name that was typed may be a password, so it isn't told: `AuthEvents.accountOf()` compares. Whoever
   * checks passwords on pages of their own tells of it, too.
   */
  'login.failed': { clientId: string; account?: string | undefined; code?: string | undefined };
  /** Nobody looked at credentials: a budget of failures is used up. Told once for account and address until that is over. */
  'login.blocked': { clientId: string; account: string; code: string; retryAfterSeconds: number };
  /** Somebody logged in. */
  'session.opened': {
    sessionId: string;
    subject: string;
    clientId: string;
    amr?: readonly string[] | undefined;
  };
  /** Somebody logged out; `session.revoked` tells of each session that was ended by it. */
  logout: { subject?: string | undefined; sessionId?: string | undefined; clientId?: string | undefined };
  /** A session was ended by a revocation; reuse and eviction have events of their own. */
  'session.revoked': { sessionId: string; subject: string };
  /** Everything a subject had was ended, with `apiKeys` its keys as well. */
  'subject.revoked': { subject: string; apiKeys: boolean };
  /** Everything issued to a client was refused. */
  'client.revoked': { clientId: string };
  /** Everything issued to anybody was refused. */
  'everything.revoked': object;
  /** One access token was refused. */
  'token.revoked': { tokenId: string; subject: string; clientId?: string | undefined };
  /** Access tokens of a subject were refused, and its sessions stay: what it may has changed. */
  'access-tokens.expired': { subject: string };
  /** A session was ended, or dropped from memory, to make room for another one. */
  'session.evicted': { sessionId: string; subject: string };
  /** Another issuer said that a session of it (`sid`), or every session of a subject, has ended. */
  'issuer.logout': { subject?: string | undefined; sessionId?: string | undefined };
  /** A refresh token was exchanged for its successor. */
  'refresh.rotated': { sessionId: string; subject: string };
  /** A used refresh token came back within the reuse window; at each refresh of a session, this is worth a look. */
  'refresh.replayed': { sessionId: string; subject: string };
  /** A used refresh token came back too late, so its session was ended: perhaps a theft. */
  'refresh.reuse': { sessionId: string; subject: string };
  /** A refresh token was refused. Told once a second for each address and reason. */
  'refresh.refused': {
    sessionId?: string | undefined;
    subject?: string | undefined;
    reason: string;
    code: string;
  };
  /** An authorization code was issued: a user agreed. */
  'authorization-code.issued': { sessionId: string; subject: string; clientId: string };
  /** An authorization code was used a second time, so the session of its first use was ended: perhaps a theft. Told once a second for each session. */
  'authorization-code.reuse': { sessionId: string; clientId: string };
  /** A user didn't agree, or couldn't be asked. */
  'authorization.denied': { clientId: string; code: string };
  /** A user agreed that a device gets tokens. */
  'device.approved': { subject: string; clientId: string };
  /** A user didn't agree that a device gets tokens. */
  'device.denied': object;
  /** A client got a token of its own, or one in exchange for another: no session was opened for it. */
  'token.issued': { grantType: string; subject: string; clientId: string; tokenId: string };
  /** A client has registered itself. Told once a second for each address. */
  'client.registered': { clientId: string };
  /** A client wasn't authenticated; `clientId` is told of one that there is. Told once a second for each address and code. */
  'client.authentication_failed': { clientId?: string | undefined; code: string; reason: string };
  /** An endpoint for clients refused a request for another reason. Told once a second for each client, address and code. */
  'oauth.refused': { endpoint: string; clientId: string; code: string };
  /** An API key was created. */
  'api-key.created': { keyId: string; subject: string };
  /** An API key was revoked, by itself or with its owner; `revokeClient` and `revokeEverything` name no keys. */
  'api-key.revoked': { keyId: string; subject: string };
  /** This instance replaced the signing key. */
  'keys.rotated': { kid: string };
  /** These keys were dropped at once; what they signed is revoked. */
  'keys.compromised': { kids: readonly string[] };
  /** The upkeep of keys couldn't replace one that is due; it tries again. */
  'keys.rotation_failed': { error: string; reason: string };
  /** The key source didn't answer; the keys stay as they are. */
  'keys.reload_failed': { error: string; reason: string };
  /** Another role graph is in force. */
  'roles.reloaded': { revision: number; roles: number };
  /** A role graph couldn't be loaded or is wrong; the last good one stays in force. */
  'roles.reload_failed': { revision: number; error: string };
  /** Access control refused a caller, or a call of a transport it doesn't know; the reason is for logs. Told once a second for each subject, handler and code. */
  'access.denied': {
    subject?: string | undefined;
    clientId?: string | undefined;
    code: string;
    reason: string;
  };
  /** A rate limit refused a call. Told once a second for each caller. */
  'quota.exceeded': {
    subject?: string | undefined;
    limits: readonly string[];
    code: string;
    retryAfterSeconds: number;
  };
  /** So many logins to one account failed within a while, from wherever. */
  'alert.failed-logins': { account: string; failures: number; withinMs: number };
  /** Logins to so many accounts failed from one network within a while: perhaps somebody tries a list of leaked passwords. */
  'alert.credential-stuffing': { network: string; accounts: number; withinMs: number };
  /**
   * So many refresh tokens or authorization codes of one subject came back after their use within a while: perhaps thefts. `sessionId`
   * is the last one's; of a code no subject is known.
   */
  'alert.reuse': { sessionId: string; subject?: string | undefined; reuses: number; withinMs: number };
  /** The last signing key stops signing at `expiresAt` (epoch ms), which may be past, and none follows it. */
  'alert.key-expiring': { kid: string; expiresAt: number };
};

/** What came of it. `failure`: what should have worked didn't; `refused`: somebody asked for what they don't get. */
type Outcome = 'success' | 'refused' | 'failure' | 'alert';

/** What every event says: it is a record for an audit log as it stands. */
type Stamp<Name> = {
  /** Its own name. */
  event: Name;
  /** When, epoch ms. */
  time: number;
  /** What came of it. */
  outcome: Outcome;
  /** Where the request came from, without a port, where there was one. */
  address?: string | undefined;
  /** What the client calls itself; anybody can write anything there. */
  userAgent?: string | undefined;
  /** `id` of the request, as the platform or the host's middleware set it. */
  requestId?: string | undefined;
  /** How many of this event, whoever caused them, were left out since the last record of it, where it is told seldom. */
  suppressed?: number;
};

/** The records of all events, by name: what the library tells the host. None holds a token, key, hash or password. */
export type AuthEventMap = {
  readonly [Name in keyof Facts]: Readonly<Facts[Name] & Stamp<Name>>;
};

/** The event was a success unless it stands here. */
const OTHER_OUTCOMES: { readonly [Name in keyof Facts]?: Outcome } = {
  'login.failed': 'refused',
  'login.blocked': 'refused',
  'refresh.reuse': 'refused',
  'refresh.refused': 'refused',
  'authorization-code.reuse': 'refused',
  'authorization.denied': 'refused',
  'device.denied': 'refused',
  'client.authentication_failed': 'refused',
  'oauth.refused': 'refused',
  'access.denied': 'refused',
  'quota.exceeded': 'refused',
  'keys.rotation_failed': 'failure',
  'keys.reload_failed': 'failure',
  'roles.reload_failed': 'failure',
};

/** What came of an event of that name. */
export function outcomeOf(event: keyof AuthEventMap): Outcome {
  return event.startsWith('alert.') ? 'alert' : (OTHER_OUTCOMES[event] ?? 'success');
}
