/** What one metric is; docs/reference/metrics.md is compared with these. */
export interface Instrument {
  readonly name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge' | 'updowncounter';
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
}

/** Names of attributes. None of them says who, from where, or by which path. */
export const attribute = {
  outcome: 'gatehouse.outcome',
  error: 'error.type',
  grantType: 'gatehouse.grant_type',
  verdict: 'gatehouse.refresh.verdict',
  lookup: 'gatehouse.cache.result',
  source: 'gatehouse.revocation.source',
  throttler: 'gatehouse.throttler.name',
  decision: 'gatehouse.throttler.verdict',
  event: 'gatehouse.event.name',
  component: 'gatehouse.component.name',
  status: 'gatehouse.component.status',
  system: 'db.system.name',
  operation: 'db.operation.name',
  script: 'db.stored_procedure.name',
} as const;

const ended = [attribute.outcome, attribute.error];

/** Every metric. */
export const instruments = {
  login: {
    name: 'gatehouse.login.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of logins, from finding out who it is to the first tokens',
    attributes: ended,
  },
  refresh: {
    name: 'gatehouse.refresh.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of refreshes, from the presented token to the next pair',
    attributes: ended,
  },
  tokenRequest: {
    name: 'gatehouse.token_request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of requests to the token endpoint',
    attributes: [attribute.grantType, ...ended],
  },
  refreshes: {
    name: 'gatehouse.refreshes',
    kind: 'counter',
    unit: '{refresh}',
    description: 'Refresh tokens that were presented, by what became of them',
    attributes: [attribute.verdict],
  },
  verifications: {
    name: 'gatehouse.token.verifications',
    kind: 'counter',
    unit: '{verification}',
    description: 'Access tokens that were judged, revocation included',
    attributes: ended,
  },
  lookups: {
    name: 'gatehouse.token.cache.lookups',
    kind: 'counter',
    unit: '{lookup}',
    description:
      'Access tokens that this process had verified before, and those whose signature it had to check',
    attributes: [attribute.lookup],
  },
  revocationChecks: {
    name: 'gatehouse.revocation.checks',
    kind: 'counter',
    unit: '{check}',
    description: 'Questions whether a token was revoked, by who answered them',
    attributes: [attribute.source],
  },
  copyAge: {
    name: 'gatehouse.revocation.copy.age',
    kind: 'gauge',
    unit: 's',
    description: 'Age of the copy of revocations in this process',
    attributes: [],
  },
  decisions: {
    name: 'gatehouse.throttler.decisions',
    kind: 'counter',
    unit: '{decision}',
    description: 'Decisions of rate limits',
    attributes: [attribute.throttler, attribute.decision],
  },
  redisCalls: {
    name: 'db.client.operation.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of calls to Redis, as whoever waits for them sees it',
    attributes: [attribute.system, attribute.operation, attribute.script, attribute.error],
  },
  silentServers: {
    name: 'gatehouse.redis.silent_servers',
    kind: 'updowncounter',
    unit: '{server}',
    description: 'Servers of Redis that are not asked until they answer again: the breaker is open for them',
    attributes: [],
  },
  keyAge: {
    name: 'gatehouse.key.age',
    kind: 'gauge',
    unit: 's',
    description: 'How long the key that signs has done so',
    attributes: [],
  },
  components: {
    name: 'gatehouse.component.state',
    kind: 'updowncounter',
    unit: '{component}',
    description: '1 for the status that a component has, 0 for the others',
    attributes: [attribute.component, attribute.status],
  },
  events: {
    name: 'gatehouse.events',
    kind: 'counter',
    unit: '{event}',
    description: 'Events of AuthEvents',
    attributes: [attribute.event],
  },
} as const satisfies Readonly<Record<string, Instrument>>;
