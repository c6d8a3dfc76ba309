/** What a device asked for (RFC 8628 §3.1). */
export interface DeviceAuthorizationContent {
  readonly clientId: string;
  /** What is to be shown and granted, written as JSON. */
  readonly request: string;
  /** How long the client waits between two polls (§3.2 `interval`), in ms. */
  readonly intervalMs: number;
}

/** What is known of a user code. */
export type FoundDeviceAuthorization =
  | { readonly verdict: 'pending'; readonly content: Omit<DeviceAuthorizationContent, 'intervalMs'> }
  | { readonly verdict: 'unknown' };

/** What a client that polls is told (RFC 8628 §3.5). */
export type PollVerdict =
  | { readonly verdict: 'approved'; readonly approval: string }
  | { readonly verdict: 'pending' | 'slow_down' | 'denied' | 'expired' | 'unknown' };

/** How much longer a client waits after it polled too early (§3.5), in ms. */
export const SLOWED_BY_MS = 5_000;

/** How long it is remembered that a code has expired or was used, in ms. */
export const REMEMBERED_MS = 600_000;

/**
 * Devices that wait until somebody agrees elsewhere (RFC 8628). Every verb is atomic, on all instances, and throws
 * `store_unavailable` when it can't answer; nothing is used up then. Only hashes of codes are kept.
 */
export abstract class DeviceAuthorizationStore {
  /** Keeps what a device asked for. `taken`: another one shows this user code; make a new one. */
  abstract begin(
    codes: DeviceCodes,
    content: DeviceAuthorizationContent,
    ttlMs: number,
  ): Promise<'begun' | 'taken'>;

  /** What is asked for under a user code that nobody has answered yet; nothing is used up. */
  abstract find(userCode: string): Promise<FoundDeviceAuthorization>;

  /** Agrees. Of any number of answers one counts; `unknown` for all others. @param approval what is granted to whom, as JSON */
  abstract approve(userCode: string, approval: string): Promise<'approved' | 'unknown'>;

  /** Refuses, as {@link approve} agrees. */
  abstract deny(userCode: string): Promise<'denied' | 'unknown'>;

  /**
   * Where a device stands; `slow_down`: it asked too early, and its interval is {@link SLOWED_BY_MS} longer from now on. An approval
   * is answered to its client, as often as that asks, until it is redeemed.
   */
  abstract poll(codes: DeviceCodes, clientId: string): Promise<PollVerdict>;

  /** Uses an approval up: of any number of callers one redeems it. */
  abstract redeem(codes: DeviceCodes): Promise<'redeemed' | 'unknown'>;
}

/** The two codes of a device authorization, as a store knows them. */
export interface DeviceCodes {
  /** Hash of the user code: the name of the authorization. */
  readonly name: string;
  /** Hash of the secret in the device code. */
  readonly secretHash: string;
}
