import { CredentialScheme } from 'nestjs-gatehouse';
import type { HostPlan } from './host-app.js';
import { mutation, type Mutation } from './mutation.js';

class SignatureScheme extends CredentialScheme {
  readonly scheme = 'Signature';
  // No document tells of it, and it is a way in all the same.
  override readonly isDocumented = false;
  find(): undefined {
    return undefined;
  }
  verify(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

/** What also is told when the change is undone. */
interface TwoWays extends Mutation {
  readonly undone: readonly string[];
}

const ONE = 'for everybody who holds one:';

/** A new way in, which goes again. */
const accepted = (credential: string, mutate: (plan: HostPlan) => void): TwoWays => ({
  ...mutation(
    `a new way in: ${credential}`,
    mutate,
    '1 widened',
    `widened credential ${credential}  ${ONE} is accepted now`,
  ),
  undone: [`narrowed credential ${credential}  ${ONE} is accepted no more`],
});

/** A condition of all tokens, which goes again. */
const required = (what: string, mutate: (plan: HostPlan) => void): TwoWays => ({
  ...mutation(
    `a new condition: ${what}`,
    mutate,
    '1 narrowed',
    `narrowed access tokens  ${ONE} are good for nothing without ${what} now`,
  ),
  undone: [`widened access tokens  ${ONE} are good without ${what} now`],
});

const inStoreFailure = (
  onStoreFailure: 'open' | 'closed',
  kinds: readonly [string, string],
  does: string,
): TwoWays => ({
  ...mutation(
    `limits that are ${onStoreFailure} without their store`,
    (plan) => (plan.options.throttler = { onStoreFailure }),
    `1 ${kinds[0]}`,
    `${kinds[0]} all routes  limits ${does} while their store can't answer (onStoreFailure is ${onStoreFailure}, and was memory)`,
  ),
  undone: [
    `${kinds[1]} all routes  limits are counted in each process while their store can't answer (onStoreFailure is memory, and was ${onStoreFailure})`,
  ],
});

/** How callers are known, and what holds while a store is down. */
export const callerMutations: readonly TwoWays[] = [
  accepted('API key', (plan) => (plan.options.apiKeys = true)),
  accepted('access token in a cookie', (plan) => (plan.options.authentication = { accessCookie: true })),
  accepted('refresh token in a cookie', (plan) => (plan.options.authentication = { refreshCookie: true })),
  accepted(
    'refresh token in the header x-refresh',
    (plan) => (plan.options.authentication = { refreshTokenHeader: 'X-Refresh' }),
  ),
  accepted('scheme Signature', (plan) => (plan.extras.credentialSchemes = [SignatureScheme])),
  accepted(
    'legacy access token',
    (plan) => (plan.options.legacy = { until: '2027-03-01', accessToken: () => undefined }),
  ),
  accepted(
    'legacy refresh token',
    (plan) => (plan.options.legacy = { until: '2027-03-01', refreshToken: () => undefined }),
  ),
  {
    ...mutation(
      'tokens of another issuer',
      (plan) => {
        plan.options.issuer = 'https://elsewhere.test';
        plan.options.accessTokens = { foreign: {} };
      },
      '1 widened, 1 narrowed',
      `widened credential access token of https://elsewhere.test  ${ONE} is accepted now`,
      `narrowed credential access token  ${ONE} is accepted no more`,
    ),
    undone: [
      `widened credential access token  ${ONE} is accepted now`,
      `narrowed credential access token of https://elsewhere.test  ${ONE} is accepted no more`,
    ],
  },
  required('DPoP', (plan) => (plan.options.dpop = { required: true })),
  required('fingerprint cookie', (plan) => (plan.options.authentication = { fingerprintCookie: true })),
  inStoreFailure('open', ['loosened', 'tightened'], 'let every call pass'),
  inStoreFailure('closed', ['tightened', 'loosened'], 'refuse every call'),
];
