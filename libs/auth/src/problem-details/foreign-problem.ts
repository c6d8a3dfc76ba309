import { STATUS_CODES } from 'node:http';
import { isNestException } from '../kernel/auth-error.js';

/** A problem document about an error that isn't ours (RFC 9457 §4.2.1); further members are the host's. */
export interface ForeignProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

/**
 * What a client may see of an error of the host or the platform. The content of an `HttpException` was meant for the
 * client, so it stays. A 500 and any other error show nothing but the status.
 */
export function foreignProblem(error: unknown): ForeignProblem {
  const status = statusOf(error);
  const content = isNestException(error) && status !== 500 ? contentOf(error.getResponse()) : {};
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', ...content, status };
}

/** Nest's exceptions and the http-errors of the body parsers have a status; every other error is the server's fault: 500. */
function statusOf(error: unknown): number {
  if (isNestException(error)) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : Number.NaN;
  return status >= 400 && status <= 599 ? status : 500;
}

function contentOf(response: string | object): Readonly<Record<string, unknown>> {
  if (typeof response === 'string') return { detail: withoutQuotes(response) };
  const { statusCode: _, message, error, ...members } = response as Readonly<Record<string, unknown>>;
  return {
    ...members,
    ...described(message),
    // Nest's own `error` is the phrase of the status, which is the title already.
    ...(typeof error === 'object' && { error }),
  };
}

function described(message: unknown): Readonly<Record<string, unknown>> {
  if (typeof message === 'string') return { detail: withoutQuotes(message) };
  if (!Array.isArray(message)) return message === undefined ? {} : { message };
  return message.every((each) => typeof each === 'string')
    ? { detail: message.join('; ') }
    : { errors: message };
}

/**
 * What the platform says, without what it quotes of the request: a JSON parser what it stumbled over, which may be a password, and Nest
 * the address that no route has, whose query may hold a token that was to be sent elsewhere.
 */
function withoutQuotes(message: string): string {
  if (/in JSON at position|is not valid JSON|end of JSON input/.test(message))
    return 'The body is not valid JSON';
  return /^Cannot [A-Z]+ \//.test(message) ? message.replace(/\?.*$/s, '') : message;
}
