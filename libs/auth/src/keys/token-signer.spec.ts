import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { type SigningAlgorithm, signingAlgorithms } from '../jose/signing-algorithm.js';
import { localSigningKey } from './signing-key.js';

const claims = {
  iss: 'https://auth.test',
  sub: 'Zoë',
  roles: ['a', 'b'],
  iat: 1_800_000_000,
  exp: 1_800_000_900,
};
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;
const keys: Readonly<Record<string, KeyObject>> = {
  ES256: ec('prime256v1'),
  ES384: ec('secp384r1'),
  ES512: ec('secp521r1'),
};

function keyFor(algorithm: SigningAlgorithm): KeyObject {
  return algorithm.startsWith('HS') ? createSecretKey(randomBytes(64)) : (keys[algorithm] ?? rsa);
}

describe.each(Object.keys(signingAlgorithms) as SigningAlgorithm[])(
  '[14] a key of this process: %s',
  (algorithm) => {
    const jwt = new JwtService();
    const key = keyFor(algorithm);
    const own = localSigningKey(key, algorithm, { kid: 'k' });

    it('signs what JwtService accepts, though nobody looks at it afterwards', async () => {
      const token = await own.signer.sign('at+jwt', claims);
      const accepted = { secret: own.key as never, algorithms: [algorithm], ignoreExpiration: true };
      expect(jwt.verify(token, accepted)).toEqual(claims);
    });
  },
);
