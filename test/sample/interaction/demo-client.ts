import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, SampleApp } from '../sample-app.js';

/** What a client asks for, and keeps until the answer comes. */
export interface Authorization {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
}

/** An app on the user's machine: it listens on a loopback port, and does what RFC 8252 says. */
export class DemoClient {
  private constructor(
    private readonly server: Server,
    readonly redirectUri: string,
  ) {}

  static async listen(): Promise<DemoClient> {
    const server = createServer((_request, response) => response.end('<title>Demo app</title>'));
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    return new DemoClient(server, `http://127.0.0.1:${port}/callback`);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Begins with a verifier of its own. */
  ask(app: SampleApp, changes: Readonly<Record<string, string>> = {}): Authorization {
    const [verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(9).toString('base64url')];
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'demo-app',
      redirect_uri: this.redirectUri,
      scope: 'articles:read articles:write',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    return { url: `${app.url}/oauth/authorize?${query.toString()}`, state, verifier };
  }

  /** Gets tokens for the code in the address that the browser was sent to. */
  redeem(app: SampleApp, { verifier }: Authorization, address: string): Promise<Answer> {
    return app.callForm('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: 'demo-app',
      code: new URL(address).searchParams.get('code') ?? '',
      redirect_uri: this.redirectUri,
      code_verifier: verifier,
    });
  }
}
