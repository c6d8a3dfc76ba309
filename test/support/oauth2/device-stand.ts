import { DeviceAuthorizationService, type OAuthClient } from 'nestjs-gatehouse';
import type { Answer } from '../app/client.js';
import type { Platform } from '../app/start-app.js';
import type { media } from '../app/stores.js';
import { type GrantsStand, publicClient, startGrantsStand } from './grants-stand.js';

/** The `grant_type` of devices. */
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** Shows a code, and asks for tokens. */
export const television: OAuthClient = {
  ...publicClient,
  id: 'television',
  name: 'Television',
  grants: [DEVICE_CODE, 'refresh_token'],
};

type Form = Readonly<Record<string, string>>;
type Approval = Partial<Parameters<DeviceAuthorizationService['approve']>[2]>;

/** An app that lets devices in: they ask one instance, and people answer at the other. */
export class DeviceStand {
  private constructor(
    readonly stand: GrantsStand,
    readonly page: DeviceAuthorizationService,
  ) {}

  static async start(shape: {
    readonly platform: Platform;
    readonly medium: (typeof media)[number];
  }): Promise<DeviceStand> {
    const clients = [television, { ...television, id: 'radio' }, publicClient];
    const oauth = { deviceAuthorization: { verificationUri: '/device', interval: '1s' as const } };
    const stand = await startGrantsStand({ logger: false, ...shape, clients, oauth });
    return new DeviceStand(stand, stand.app.app.get(DeviceAuthorizationService));
  }

  /** A device begins to wait. */
  begin(form: Form = {}): Promise<Answer> {
    return this.stand.other.form('/oauth/device_authorization', { client_id: television.id, ...form });
  }

  /** A device asks. */
  poll({ body }: Answer, form: Form = {}): Promise<Answer> {
    const code = String(body['device_code']);
    return this.stand.other.token({
      grant_type: DEVICE_CODE,
      client_id: television.id,
      device_code: code,
      ...form,
    });
  }

  /** Ada agrees. */
  approve({ body }: Answer, approval: Approval = {}): Promise<void> {
    return this.page.approve(
      String(body['user_code']),
      { ip: '192.0.2.1' },
      {
        user: { subject: 'user-ada', roles: ['viewer'] },
        authenticatedAt: Date.now(),
        ...approval,
      },
    );
  }
}
