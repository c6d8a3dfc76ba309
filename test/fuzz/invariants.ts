import type { Attack } from './attacker.js';
import type { RawAnswer, RawRequest } from './raw-http.js';

/** What is wrong with the answer to a hostile request; nothing of it is said twice. */
export function faultsOf({ request, answer, secrets, sessionsLeft }: Attack): readonly string[] {
  const faults = [
    answer.status >= 500 && `the status is ${answer.status}`,
    secrets.some((secret) => answer.whole.includes(secret)) && 'a secret of the request comes back',
    sessionsLeft > 0 && 'the login was refused after it had opened a session',
    isRefusal(request, answer) && !isProblem(answer) && `the refusal is no problem document: ${answer.whole}`,
  ];
  return faults.filter((fault) => fault !== false);
}

/** An answer without a date was written by the parser, before there was a request; the app never saw it. */
function isRefusal({ method }: RawRequest, { status, headers }: RawAnswer): boolean {
  return status >= 400 && headers.has('date') && method !== 'HEAD';
}

function isProblem({ status, headers, body }: RawAnswer): boolean {
  if (headers.get('content-type')?.startsWith('application/problem+json') !== true) return false;
  const problem = JSON.parse(body) as Record<string, unknown>;
  return problem['status'] === status && typeof problem['title'] === 'string';
}

/** Short enough to read; the seed and the path in the message give the rest back. */
export function described({ method, target, headers, body }: RawRequest): string {
  const head = headers.map(([name, value]) => `${name}: ${String(value)}`).join('\n');
  const text = `${method} ${target}\n${head}\n\n${body?.toString('latin1') ?? ''}`;
  return text.length > 600 ? `${text.slice(0, 600)}… (${text.length} characters)` : text;
}
