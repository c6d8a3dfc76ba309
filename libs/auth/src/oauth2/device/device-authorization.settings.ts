/** The value of `grant_type` of a device (RFC 8628 §3.4). */
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** How devices get an authorization (RFC 8628). */
export abstract class DeviceAuthorizationSettings {
  /** Where people type the user code: the whole address. */
  abstract readonly verificationUri: string;
  /** How long a device waits for its user, in ms. */
  abstract readonly ttlMs: number;
  /** How long a client waits between two polls, in ms. */
  abstract readonly intervalMs: number;
}
