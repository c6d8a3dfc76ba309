// Stands in for Keycloak while you try the app: metadata, keys, and a token that says whatever one asks for.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const newKey = () => ({ kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
let key = newKey();

function tokenFor(issuer: string, asked: URLSearchParams): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: asked.get('sub'),
    aud: asked.get('aud') ?? 'https://notes.example',
    typ: asked.get('typ') ?? 'Bearer',
    azp: 'web',
    jti: randomUUID(),
    iat,
    exp: iat + 300,
    realm_access: { roles: asked.getAll('role') },
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg: 'RS256', typ: 'JWT', kid: key.kid })}.${encode(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

const routes: Record<string, (issuer: string, asked: URLSearchParams) => string> = {
  '/.well-known/openid-configuration': (issuer) => JSON.stringify({ issuer, jwks_uri: `${issuer}/certs` }),
  '/certs': () =>
    JSON.stringify({ keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig' }] }),
  '/token': tokenFor,
  '/rotate': () => {
    key = newKey();
    return key.kid;
  },
};

async function answer(path: string, body: string): Promise<string | undefined> {
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}/realms/main`;
  return routes[path.replace('/realms/main', '')]?.(issuer, new URLSearchParams(body));
}

const server = createServer((request, response) => {
  void text(request)
    .then((body) => answer(request.url ?? '', body))
    .then((found) => response.writeHead(found === undefined ? 404 : 200).end(found));
});
server.listen(Number(process.env['PORT'] ?? 4000), '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
