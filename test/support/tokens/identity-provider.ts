import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forge } from './forge.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What a logout token says that it is. */
export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** An issuer with a real JWKS and metadata over HTTP; it signs whatever a test wants. */
export class IdentityProvider {
  isDown = false;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  /** @param path of the issuer, such as a realm or a tenant */
  static async start(path = '/realms/main'): Promise<IdentityProvider> {
    const server = createServer((request, response) => {
      if (idp.isDown) return void response.writeHead(503).end();
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' };
      const isMetadata = request.url?.endsWith('openid-configuration') === true;
      response.end(JSON.stringify(isMetadata ? idp.metadata : { keys: [jwk] }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const idp = new IdentityProvider(server, `http://127.0.0.1:${port}${path}`);
    return idp;
  }

  get jwksUri(): string {
    return `${this.issuer}/jwks`;
  }

  /** A token of these claims. Members that are `undefined` aren't there. */
  sign(claims: object, header: object = { typ: 'JWT' }, key: KeyObject = privateKey): string {
    return forge({ alg: 'RS256', kid: 'one', ...header }, claims, 'RS256', key);
  }

  /** The times of a token that is issued now. */
  times(ttlSeconds = 300): { iss: string; iat: number; exp: number } {
    const iat = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, iat, exp: iat + ttlSeconds };
  }

  /** A logout token for the client `spa`; changes of its claims and header may spoil it. */
  logoutToken(changes: object, header: object = { typ: 'logout+jwt' }): string {
    const claims = { ...this.times(120), aud: 'spa', jti: randomUUID(), events: { [LOGOUT_EVENT]: {} } };
    return this.sign({ ...claims, ...changes }, header);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private get metadata(): object {
    return { issuer: this.issuer, jwks_uri: this.jwksUri };
  }
}
