import type { SecretWatch } from './secret-watch.js';

/** Where requests and answers carry secrets, in bodies, queries and forms. */
const FIELDS = new Set([
  'password',
  'newPassword',
  'client_secret',
  'refresh_token',
  'access_token',
  'registration_access_token',
  'token',
  'subject_token',
  'actor_token',
  'code',
  'code_verifier',
  'device_code',
  'client_assertion',
  'key',
  'secret',
]);

/** The `fetch` of Node, whose secrets and refusals are noted. */
export function watched(send: typeof fetch, watch: SecretWatch): typeof fetch {
  return async (input, init) => {
    noteRequest(watch, init ?? {});
    const answer = await send(input, init);
    await noteAnswer(watch, answer);
    return answer;
  };
}

function noteRequest(watch: SecretWatch, { headers, body }: RequestInit): void {
  const given = new Headers(headers);
  const [scheme = '', credential = ''] = given.get('authorization')?.split(' ') ?? [];
  if (/^basic$/i.test(scheme)) {
    const [, secret = ''] = Buffer.from(credential, 'base64').toString().split(/:(.*)/s);
    watch.use('a secret of Basic', decoded(secret));
  } else watch.use(scheme, credential);
  for (const cookie of given.get('cookie')?.split('; ') ?? [])
    watch.use('a cookie', cookie.slice(cookie.indexOf('=') + 1));
  if (body instanceof URLSearchParams) noteFields(watch, Object.fromEntries(body));
  else if (typeof body === 'string') noteText(watch, body);
}

async function noteAnswer(watch: SecretWatch, answer: Response): Promise<void> {
  for (const cookie of answer.headers.getSetCookie())
    watch.use('a cookie', /^[^=]+=([^;]*)/.exec(cookie)?.[1]);
  const { searchParams } = new URL(answer.headers.get('location') ?? '/', 'http://localhost');
  watch.use('code', searchParams.get('code'));
  const path = new URL(answer.url).pathname;
  watch.show(`the challenge of ${path}`, answer.headers.get('www-authenticate') ?? '');
  // A stream of events has no end, and pages ask for what they are told again.
  if (!/json/.test(answer.headers.get('content-type') ?? '')) return;
  const text = await answer.clone().text();
  if (answer.status >= 400 || path.includes('health'))
    watch.show(`an answer ${answer.status} of ${path}`, text);
  else noteText(watch, text);
}

function noteText(watch: SecretWatch, text: string): void {
  if (text.startsWith('{')) {
    try {
      noteFields(watch, JSON.parse(text) as Record<string, unknown>);
    } catch {
      // Whoever sends half a body has shown nothing that can be found.
    }
  } else noteFields(watch, Object.fromEntries(new URLSearchParams(text)));
}

function noteFields(watch: SecretWatch, fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(fields)) if (FIELDS.has(name)) watch.use(name, value);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
