import { createVerifier } from 'fast-jwt';
import { SignJWT, createLocalJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AUDIENCE,
  GRANT,
  ISSUER,
  type TokenParties,
  tokenParties,
} from '../../../../test/support/tokens/token-parties.js';
import { SystemClock } from '../kernel/clock.js';
import type { KeysOptions } from '../keys/keys.options.js';
import {
  type SigningAlgorithm,
  algorithmTraits,
  isHmac,
  signingAlgorithms,
} from '../jose/signing-algorithm.js';

const algorithms = Object.keys(signingAlgorithms) as SigningAlgorithm[];
const expected = { issuer: ISSUER, audience: AUDIENCE };
const secret = randomBytes(64);
// Made once: RSA keys take their time.
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

function privateKeyFor(algorithm: SigningAlgorithm): KeyObject {
  const { curve } = algorithmTraits(algorithm);
  return curve === undefined ? rsa : generateKeyPairSync('ec', { namedCurve: curve }).privateKey;
}

function keysFor(algorithm: SigningAlgorithm, privateKey = privateKeyFor(algorithm)): KeysOptions {
  return isHmac(algorithm) ? { algorithm, secret } : { algorithm, privateKey };
}

describe.each(algorithms)('[9068-35] tokens signed with %s', (algorithm) => {
  const privateKey = privateKeyFor(algorithm);
  let parties: TokenParties;
  let token: string;

  beforeAll(async () => {
    parties = await tokenParties({ keys: keysFor(algorithm, privateKey), clock: new SystemClock() });
    ({ token } = await parties.issuer.issue(GRANT));
  });

  afterAll(() => parties.ring.close());

  const publicKey = () => {
    const { publicJwk } = parties.ring.active();
    return publicJwk ? createPublicKey({ key: publicJwk, format: 'jwk' }) : createSecretKey(secret);
  };

  it('are verified by this library', async () => {
    expect(await parties.verifier.verify(token)).toMatchObject(GRANT);
  });

  it('are verified by jose', async () => {
    const options = { ...expected, typ: 'at+jwt', algorithms: [algorithm] };
    const { payload } = isHmac(algorithm)
      ? await jwtVerify(token, secret, options)
      : await jwtVerify(token, createLocalJWKSet({ keys: [...parties.ring.jwks().keys] as never }), options);
    expect(payload.sub).toBe(GRANT.subject);
  });

  it('are verified by fast-jwt', () => {
    const key = isHmac(algorithm) ? secret : publicKey().export({ type: 'spki', format: 'pem' });
    const verify = createVerifier({ key, algorithms: [algorithm], allowedIss: ISSUER, allowedAud: AUDIENCE });
    expect(verify(token)).toMatchObject({ sub: GRANT.subject });
  });

  it('are accepted here when jose made them with the same key', async () => {
    const { kid } = parties.ring.active();
    const foreign = await new SignJWT({ client_id: 'web', epoch: 0, roles: ['reader'] })
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('bob')
      .setJti('AAAA')
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(isHmac(algorithm) ? secret : privateKey);
    expect(await parties.verifier.verify(foreign)).toMatchObject({ subject: 'bob', roles: ['reader'] });
  });
});

describe('the JWKS', () => {
  let server: Server;
  let parties: TokenParties;

  beforeEach(async () => {
    server = createServer((_, response) => response.end(parties.ring.jwks().body));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });

  afterEach(async () => {
    parties.ring.close();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  it.each(algorithms.filter((algorithm) => !isHmac(algorithm)))(
    'is read by jwks-rsa (%s)',
    async (algorithm) => {
      parties = await tokenParties({ keys: keysFor(algorithm), clock: new SystemClock() });
      const { token } = await parties.issuer.issue(GRANT);
      const { port } = server.address() as AddressInfo;
      const client = new JwksClient({ jwksUri: `http://127.0.0.1:${port}/`, cache: false });
      const key = await client.getSigningKey(parties.ring.active().kid);
      const claims = jsonwebtoken.verify(token, key.getPublicKey(), { algorithms: [algorithm], ...expected });
      expect(claims.sub).toBe(GRANT.subject);
    },
  );
});
