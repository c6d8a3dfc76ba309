import { createHmac, timingSafeEqual } from 'node:crypto';
import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { AuthError, CredentialScheme } from 'nestjs-gatehouse';
import type { TLSSocket } from 'node:tls';

/** What a scheme looks at. */
export type Shown = Parameters<CredentialScheme['find']>[0];
type Answer = Awaited<ReturnType<CredentialScheme['verify']>>;

/** The keys that the tests hand out, and what verifying one comes to. */
@Injectable()
export class Keys {
  readonly known = new Map<string, () => Answer | Promise<Answer>>();
  asked = 0;

  /** A key that speaks for somebody; whatever the answer holds. */
  add(key: string, answer: object | (() => unknown)): string {
    this.known.set(key, typeof answer === 'function' ? (answer as () => Answer) : () => answer as Answer);
    return key;
  }
}

@Module({ providers: [Keys], exports: [Keys] })
class KeysModule {}

/** Where {@link KeyScheme} finds the keys. */
export const keysModule: DynamicModule = { module: KeysModule };

/** A key in a header of its own, in `auth` or `connectionParams` of sockets, or in their sub-protocol. */
@Injectable()
export class KeyScheme extends CredentialScheme {
  readonly scheme = 'ApiKey';

  constructor(private readonly keys: Keys) {
    super();
  }

  find({ headers, connectionParams }: Shown): string | undefined {
    const protocols = String(headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
    const inProtocol = protocols[protocols.indexOf('api-key') + 1];
    const given = (connectionParams as { key?: string } | undefined)?.key;
    const inAuthorization = /^ApiKey (.+)$/.exec(headers['authorization'] as string)?.[1];
    const found = [
      headers['x-api-key'],
      given,
      inAuthorization,
      protocols.includes('api-key') ? inProtocol : '',
    ];
    const keys = found.filter((key): key is string => typeof key === 'string' && key !== '');
    if (keys.length > 1) throw new AuthError('invalid_request', { detail: 'two keys' });
    return keys[0];
  }

  async verify(key: string): Promise<Answer> {
    this.keys.asked += 1;
    return this.keys.known.get(key)?.();
  }
}

/** Keys that are sent as bearer tokens, and told apart by their form. */
@Injectable()
export class BearerKeyScheme extends CredentialScheme {
  readonly scheme = 'Key';
  override readonly isChallenged = false;

  find({ headers }: Shown): string | undefined {
    const own = headers['x-key'];
    return typeof own === 'string' ? own : /^Bearer (sk_\w+)$/.exec(String(headers['authorization']))?.[1];
  }

  async verify(key: string): Promise<Answer> {
    return key === 'sk_good' ? { subject: 'client:bearer', tokenId: '1' } : undefined;
  }
}

const WEBHOOK_SECRET = 'whsec';

/** Signs a body as a sender of webhooks does. */
export function webhookSignature(body: string): string {
  return createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
}

interface SignedBody {
  readonly signature: string;
  readonly bytes: Uint8Array;
}

/** A webhook whose body is signed. */
@Injectable()
export class WebhookScheme extends CredentialScheme<SignedBody> {
  readonly scheme = 'Webhook';
  override readonly isChallenged = false;

  find({ headers, rawBody }: Shown): SignedBody | undefined {
    const signature = headers['x-signature'];
    if (typeof signature !== 'string' || !(rawBody instanceof Uint8Array)) return undefined;
    return { signature, bytes: rawBody };
  }

  async verify({ signature, bytes }: SignedBody): Promise<Answer> {
    const expected = createHmac('sha256', WEBHOOK_SECRET).update(bytes).digest();
    const given = Buffer.from(signature, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return { subject: 'client:payments', tokenId: signature, roles: ['payments'] };
  }
}

/** The certificate of a client (mTLS); browsers send it by themselves. */
@Injectable()
export class CertificateScheme extends CredentialScheme<{ readonly CN: string; readonly serial: string }> {
  readonly scheme = 'Certificate';
  override readonly isChallenged = false;
  override readonly isAmbient = true;

  find({ socket }: Shown): { CN: string; serial: string } | undefined {
    const tls = socket as TLSSocket | undefined;
    if (tls?.authorized !== true) return undefined;
    const { subject, serialNumber } = tls.getPeerCertificate();
    return { CN: String(subject.CN), serial: serialNumber };
  }

  async verify({ CN, serial }: { CN: string; serial: string }): Promise<Answer> {
    return { subject: `client:${CN}`, tokenId: serial };
  }
}

/** A session cookie of the host's own. */
@Injectable()
export class HostCookieScheme extends CredentialScheme {
  readonly scheme = 'HostSession';
  override readonly isChallenged = false;
  override readonly isAmbient = true;

  constructor(private readonly keys: Keys) {
    super();
  }

  find({ headers }: Shown): string | undefined {
    return /(?:^|; )host_session=([^;]+)/.exec(String(headers['cookie']))?.[1];
  }

  async verify(session: string): Promise<Answer> {
    return this.keys.known.get(`session ${session}`)?.();
  }
}
