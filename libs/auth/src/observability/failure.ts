import { isAuthError, statusOf } from '../kernel/auth-error.js';

/** What went wrong, in words of which there are few: nothing that somebody sent, and nothing of a message. */
export interface Failure {
  /** `refused`: whoever asked is to blame. `failed`: we are, or something behind us. */
  readonly outcome: 'refused' | 'failed';
  /** Code of the catalogue, or status of the exception of a host; `_OTHER` for anything else, as the conventions of OpenTelemetry have it. */
  readonly type: string;
}

/** Classifies what was thrown. */
export function failureOf(error: unknown): Failure {
  const status = statusOf(error);
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 600;
  const outcome = isStatus && status < 500 ? 'refused' : 'failed';
  if (isAuthError(error)) return { outcome, type: error.code };
  return { outcome, type: isStatus ? String(status) : '_OTHER' };
}
