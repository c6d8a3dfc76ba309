// What a wrong client, a wrong secret, a wrong key and a wrong user cost at the token endpoint, beside each other: the ratios
// tell whether an answer says by its time what its text doesn't.
// (cd .. && npm run build) && node client-authentication.mjs [--quick]
import { NestFactory } from '@nestjs/core';
import { AuthModule, UserAuthenticator, createClientSecret } from '../libs/auth/dist/index.files.js';
import { generateKeyPairSync, randomUUID, scrypt, sign } from 'node:crypto';
import { OAuthRequest } from '../libs/auth/dist/oauth2/oauth-request.js';
import { TokenEndpoint } from '../libs/auth/dist/oauth2/token.endpoint.js';
import { median, printRace, race } from './support/rounds.mjs';

const plan = process.argv.includes('--quick') ? { rounds: 3, ms: 100 } : { rounds: 9, ms: 400 };
const ISSUER = 'https://auth.example';
const PASSWORD = 'correct horse battery staple';
// A host's slow hash; how slow doesn't matter here.
const hashOf = (password) =>
  new Promise((resolve, reject) =>
    scrypt(password, 'salt', 32, { N: 1024 }, (error, key) => (error ? reject(error) : resolve(key))),
  );
const stored = await hashOf(PASSWORD);

/** Compares with something for an unknown user too, as hosts have to. */
class Users extends UserAuthenticator {
  async authenticate(username, password) {
    const isRight = (await hashOf(password)).equals(stored);
    return isRight && username === 'ada' ? { subject: 'ada' } : undefined;
  }
}

const own = createClientSecret();
const second = createClientSecret();
const kinds = { ES256: { namedCurve: 'P-256' }, RS256: { modulusLength: 2048 } };
const pairOf = (algorithm) => generateKeyPairSync(algorithm === 'ES256' ? 'ec' : 'rsa', kinds[algorithm]);
const keys = { ES256: pairOf('ES256'), RS256: pairOf('RS256') };
const strangers = { ES256: pairOf('ES256'), RS256: pairOf('RS256') };
const jwk = (algorithm) => keys[algorithm].publicKey.export({ format: 'jwk' });
const base = { grants: ['client_credentials'], scope: ['read'] };
const clients = [
  {
    ...base,
    id: 'shop',
    secretHashes: [own.hash],
    grants: ['client_credentials', 'password'],
    isFirstParty: true,
  },
  { ...base, id: 'replacing', secretHashes: [second.hash, own.hash] },
  { ...base, id: 'posting', secretHashes: [own.hash], authMethod: 'client_secret_post' },
  { ...base, id: 'spa', grants: [] },
  { ...base, id: 'ES256', jwks: { keys: [jwk('ES256')] } },
  { ...base, id: 'RS256', jwks: { keys: [jwk('RS256')] } },
];

const budgets = [{ failures: 1_000_000_000, within: '1ms' }];
const app = await NestFactory.createApplicationContext(
  AuthModule.forRoot({
    issuer: ISSUER,
    audience: 'https://api.example',
    secret: 'a lasting secret of a benchmark, long enough',
    keys: { secret: 'an HS256 secret of a benchmark, long enough' },
    // Every failure counts, as in an app, but none is refused by it.
    throttler: { credentials: { perAccountAndAddress: budgets, perAddress: budgets, perAccount: budgets } },
    userAuthenticator: Users,
    oauth: { clients, dangerouslyAllowPasswordGrant: true },
  }),
  { logger: false },
);
const endpoint = app.get(TokenEndpoint);

/** Sends a form to the endpoint; answers the refusal. */
async function refusal(body, authorization) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization };
  const request = new OAuthRequest({ headers, body, url: '/oauth/token' }, '192.0.2.1', undefined);
  return endpoint.answer(request).then(
    () => 'none',
    ({ code }) => code,
  );
}

const basic = (id, secret) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const credentials = { grant_type: 'client_credentials' };
const withSecret = (id, secret) => () => refusal(credentials, basic(id, secret));
const withPassword = (username, password) => () =>
  refusal({ grant_type: 'password', username, password }, basic('shop', own.secret));

function withAssertion(algorithm, id) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: id, sub: id, aud: ISSUER, jti: randomUUID(), exp: now + 300 };
  const text = `${encode({ alg: algorithm })}.${encode(claims)}`;
  const key = { key: strangers[algorithm].privateKey, dsaEncoding: 'ieee-p1363' };
  const client_assertion = `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  return () => refusal({ ...credentials, client_assertion, client_assertion_type });
}

/** Measures some refusals, which have to be the same one, and prints their ratios to the first. */
async function compare(title, code, cases) {
  for (const [name, ask] of cases) {
    const answered = await ask();
    if (answered !== code) throw new Error(`${name}: ${answered}`);
  }
  const contenders = cases.map(([name, ask]) => ({
    name,
    async work(n) {
      for (let at = 0; at < n; at++) await ask();
    },
  }));
  const rows = await race(contenders, plan);
  printRace(title, rows, cases[0][0]);
  const typical = rows.map(({ rates }) => median(rates));
  const spread = Math.max(...typical) / Math.min(...typical);
  console.log(`dearest to cheapest: ${spread.toFixed(2)}`);
}

console.log(`Node ${process.version}; one process, memory stores, no HTTP; CPU time`);
await compare('Secrets', 'invalid_client', [
  ['unknown client', withSecret('nobody', own.secret)],
  ['wrong secret', withSecret('shop', 'wrong')],
  ['secret of another client', withSecret('shop', second.secret)],
  ['wrong secret, two are registered', withSecret('replacing', 'wrong')],
  ['right secret, wrong method', withSecret('posting', own.secret)],
  ['public client with a secret', withSecret('spa', own.secret)],
  ['client that has keys', withSecret('RS256', own.secret)],
]);
for (const algorithm of ['ES256', 'RS256'])
  await compare(`Assertions, ${algorithm}`, 'invalid_client', [
    ['unknown client', withAssertion(algorithm, 'nobody')],
    ['wrong key', withAssertion(algorithm, algorithm)],
    [
      'client with a key of another kind',
      withAssertion(algorithm, algorithm === 'ES256' ? 'RS256' : 'ES256'),
    ],
    ['client with a secret', withAssertion(algorithm, 'shop')],
    ['public client', withAssertion(algorithm, 'spa')],
  ]);
await compare('Users, behind a right client', 'invalid_grant', [
  ['unknown user', withPassword('nobody', PASSWORD)],
  ['wrong password', withPassword('ada', 'wrong')],
  ['unknown user and wrong password', withPassword('nobody', 'wrong')],
]);
await app.close();
process.exit(0);
