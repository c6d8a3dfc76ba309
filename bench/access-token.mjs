// Access tokens: verifying and signing, ours beside what a user would pick instead. Ratios to jsonwebtoken with a KeyObject.
// (cd .. && npm run build) && node access-token.mjs [--quick]
import { createSigner, createVerifier } from 'fast-jwt';
import { SignJWT, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { generateKeyPairSync, randomBytes, createHmac, createSecretKey, sign, verify } from 'node:crypto';
import { AccessTokenIssuer } from '../libs/auth/dist/access-tokens/access-token-issuer.js';
import { AccessTokenVerifier } from '../libs/auth/dist/access-tokens/access-token-verifier.js';
import { resolveAccessTokensSettings } from '../libs/auth/dist/access-tokens/access-tokens.settings.js';
import { VerifiedTokens } from '../libs/auth/dist/access-tokens/verified-tokens.js';
import { AuthEvents } from '../libs/auth/dist/kernel/auth-events.js';
import { SystemClock } from '../libs/auth/dist/kernel/clock.js';
import { ConfigurationFindings } from '../libs/auth/dist/kernel/configuration/configuration-error.js';
import { createKeySource } from '../libs/auth/dist/keys/create-key-source.js';
import { KeyRing } from '../libs/auth/dist/keys/key-ring.js';
import { resolveKeysSettings } from '../libs/auth/dist/keys/keys.settings.js';
import { printRace, race } from './support/rounds.mjs';

const plan = process.argv.includes('--quick') ? { rounds: 2, ms: 100 } : { rounds: 7, ms: 300 };
const REFERENCE = 'jsonwebtoken, KeyObject';
const issuer = 'https://issuer.example';
const audience = 'https://api.example';
const grant = {
  subject: 'b0b6b3c2-6f0e-4b0e-9d2e-0a8f4f4b8a11',
  clientId: 'web',
  scope: ['read', 'write'],
  roles: ['editor', 'author'],
  sessionId: randomBytes(32).toString('base64url'),
  epoch: 3,
  authenticatedAt: Date.now(),
};

const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};

async function gatehouse(algorithm, secret, cache) {
  const findings = new ConfigurationFindings();
  const keys = secret ? { secret } : { privateKey: pairs[algorithm].privateKey };
  const keysSettings = resolveKeysSettings(keys, { production: true }, findings);
  const settings = resolveAccessTokensSettings({ ttl: '1h', cache }, { issuer, audience }, findings);
  findings.throwIfAny();
  const clock = new SystemClock();
  const ring = new KeyRing(keysSettings, createKeySource(keysSettings, { clock }), clock, new AuthEvents());
  await ring.load();
  const [known, issued] = [0, 1].map(() => new VerifiedTokens(settings, ring, clock));
  return {
    known,
    issuer: new AccessTokenIssuer(settings, ring, clock, issued),
    verifier: new AccessTokenVerifier(settings, ring, known),
  };
}

const repeat = (operation) => (count) => {
  for (let at = 0; at < count; at++) operation();
};
const repeatAsync = (operation) => async (count) => {
  for (let at = 0; at < count; at++) await operation();
};

function rawVerify(algorithm, key, token) {
  const cut = token.lastIndexOf('.');
  const input = Buffer.from(token.slice(0, cut));
  const signature = Buffer.from(token.slice(cut + 1), 'base64url');
  if (algorithm === 'HS256') return createHmac('sha256', key).update(input).digest().equals(signature);
  return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function rawSign(algorithm, key, input) {
  if (algorithm === 'HS256') return createHmac('sha256', key).update(input).digest('base64url');
  return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

async function measure(algorithm) {
  const secret = algorithm === 'HS256' ? randomBytes(32).toString('base64') : undefined;
  const pair = pairs[algorithm];
  const publicKey = secret ? createSecretKey(Buffer.from(secret)) : pair.publicKey;
  const privateKey = secret ? publicKey : pair.privateKey;
  const publicText = secret ?? pair.publicKey.export({ type: 'spki', format: 'pem' });
  const privateText = secret ?? pair.privateKey.export({ type: 'pkcs8', format: 'pem' });

  const cached = await gatehouse(algorithm, secret, {});
  // One place in the cache and tokens that take turns: each one is a miss, and is stored.
  const forgetful = await gatehouse(algorithm, secret, { maxEntries: 1 });
  const { token } = await cached.issuer.issue(grant);
  const tokens = await Promise.all(
    Array.from({ length: 64 }, async () => (await cached.issuer.issue(grant)).token),
  );
  let turn = 0;
  // Each request brings its own string: nobody gets a token whose hash is known already.
  const bytes = Buffer.from(token);
  const fresh = () => bytes.latin1Slice();

  const checks = { algorithms: [algorithm], issuer, audience };
  const fast = { key: publicText, algorithms: [algorithm], allowedIss: issuer, allowedAud: audience };
  const fastVerify = createVerifier({ ...fast, cache: false });
  const fastCached = createVerifier({ ...fast, cache: true });
  fastCached(token);
  await cached.verifier.verify(token);

  const verified = await race(
    [
      {
        name: 'jsonwebtoken, PEM or secret as text',
        work: repeat(() => jsonwebtoken.verify(fresh(), publicText, checks)),
      },
      { name: REFERENCE, work: repeat(() => jsonwebtoken.verify(fresh(), publicKey, checks)) },
      { name: 'jose', work: repeatAsync(() => jwtVerify(fresh(), publicKey, checks)) },
      { name: 'fast-jwt', work: repeat(() => fastVerify(fresh())) },
      { name: 'fast-jwt, its cache', work: repeat(() => fastCached(fresh())) },
      { name: 'node:crypto, signature alone', work: repeat(() => rawVerify(algorithm, publicKey, fresh())) },
      {
        name: 'gatehouse, first sight',
        work: repeatAsync(() => forgetful.verifier.verify(tokens[turn++ % 64])),
      },
      { name: 'gatehouse, known (await verify)', work: repeatAsync(() => cached.verifier.verify(fresh())) },
      { name: 'gatehouse, known (find)', work: repeat(() => cached.known.find(fresh())) },
    ],
    plan,
  );
  printRace(`Verifying ${algorithm}, ${token.length} characters`, verified, REFERENCE);

  const claims = jsonwebtoken.decode(token);
  const text = token.slice(0, token.lastIndexOf('.'));
  const fastSign = createSigner({ key: privateText, algorithm });
  const signed = await race(
    [
      {
        name: 'jsonwebtoken, PEM or secret as text',
        work: repeat(() => jsonwebtoken.sign(claims, privateText, { algorithm })),
      },
      { name: REFERENCE, work: repeat(() => jsonwebtoken.sign(claims, privateKey, { algorithm })) },
      {
        name: 'jose',
        work: repeatAsync(() => new SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(privateKey)),
      },
      { name: 'fast-jwt', work: repeat(() => fastSign(claims)) },
      {
        name: 'node:crypto, signature alone',
        work: repeat(() => rawSign(algorithm, privateKey, Buffer.from(text))),
      },
      { name: 'gatehouse', work: repeatAsync(() => cached.issuer.issue(grant)) },
    ],
    plan,
  );
  printRace(`Signing ${algorithm}`, signed, REFERENCE);
}

console.log(
  `Node ${process.version}, jsonwebtoken 9.0.3, jose 6.2.17, fast-jwt 6.3.6, one thread; ${plan.rounds} rounds`,
);
for (const algorithm of ['RS256', 'ES256', 'HS256']) await measure(algorithm);
process.exit(0);
