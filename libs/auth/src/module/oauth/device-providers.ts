import type { Provider } from '@nestjs/common';
import { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { DeviceAuthorizationEndpoint } from '../../oauth2/device/device-authorization.endpoint.js';
import { DeviceAuthorizationService } from '../../oauth2/device/device-authorization.service.js';
import { DeviceAuthorizationSettings } from '../../oauth2/device/device-authorization.settings.js';
import { WaitingDevices } from '../../oauth2/device/waiting-devices.js';
import type { DeviceShape } from './oauth-extras.js';

/** What the device authorization endpoint stands on; nothing where devices aren't let in. */
export function deviceProviders(shape: DeviceShape | undefined): Provider[] {
  if (shape === undefined) return [];
  const { path, ttlMs, intervalMs } = shape;
  return [
    {
      provide: DeviceAuthorizationSettings,
      inject: [AccessTokensSettings],
      useFactory: ({ issuer }: AccessTokensSettings): DeviceAuthorizationSettings => ({
        verificationUri: new URL(path, issuer).href,
        ttlMs,
        intervalMs,
      }),
    },
    WaitingDevices,
    DeviceAuthorizationEndpoint,
    DeviceAuthorizationService,
  ];
}
