import type { Answer, SampleApp } from '../sample-app.js';

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** What a device shows, and what it waits with. */
export interface Begun {
  readonly userCode: string;
  readonly deviceCode: string;
  /** The link that has the code in it, as this app serves it wherever it listens. */
  readonly path: string;
}

/** A device without a browser (RFC 8628). */
export class DemoDevice {
  constructor(
    private readonly app: SampleApp,
    private readonly clientId = 'demo-tv',
  ) {}

  async begin(): Promise<Begun> {
    const { status, body } = await this.app.callForm(
      '/oauth/device_authorization',
      { client_id: this.clientId, scope: 'articles:read' },
      { headers: { 'user-agent': '<i>TV</i>' } },
    );
    if (status !== 200) throw new Error(`the device was answered ${status} ${JSON.stringify(body)}`);
    const { pathname, search } = new URL(String(body['verification_uri_complete']));
    return {
      userCode: String(body['user_code']),
      deviceCode: String(body['device_code']),
      path: pathname + search,
    };
  }

  poll({ deviceCode }: Begun): Promise<Answer> {
    return this.app.callForm('/oauth/token', {
      grant_type: DEVICE_CODE,
      client_id: this.clientId,
      device_code: deviceCode,
    });
  }
}
