import type { SessionDevice } from '../../sessions/session.js';

/** What is read of a request to describe the device behind it; true of Express and Fastify alike. */
export interface DeviceRequest {
  readonly ip?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The device behind a request, for the session list; an anomaly signal at most, never a check. */
export function deviceOf({ ip, headers }: DeviceRequest, label?: string): SessionDevice {
  const userAgent = headers['user-agent'];
  return {
    ...(ip !== undefined && { ip }),
    ...(typeof userAgent === 'string' && { userAgent }),
    ...(label !== undefined && { label }),
  };
}
