import * as fc from 'fast-check';

/** Credentials that the apps of these tests know, and some that nobody knows. */
export const values = ['token-a', 'token-b', 'key', 'session', 'refresh', 'forged', 'junk'] as const;
export type Value = (typeof values)[number];

/** Where a credential can be, as far as anybody looks. */
export type Place = 'bearer' | 'key' | 'host-cookie';

/** Whom a value speaks for at a place; of every other pair nobody is let in. */
const speaksFor: Readonly<Record<Place, Partial<Record<Value, string>>>> = {
  bearer: { 'token-a': 'user-a', 'token-b': 'user-b' },
  key: { key: 'client:robot' },
  'host-cookie': { session: 'host-user' },
};

/** What a call shows. */
export interface Attempt {
  /** One for each header that is sent. */
  readonly authorization: readonly {
    readonly scheme: 'Bearer' | 'bearer' | 'ApiKey' | 'Basic' | '';
    readonly value: Value;
  }[];
  readonly keyHeader: Value | undefined;
  readonly accessCookies: readonly Value[];
  readonly hostCookie: Value | undefined;
  readonly refreshCookie: Value | undefined;
  /** `access_token` of the query. */
  readonly query: Value | undefined;
  /** `access_token` of a form. */
  readonly form: Value | undefined;
  /** In the place of a token that sockets have: `auth`, sub-protocol, `connectionParams`. */
  readonly socketToken: Value | undefined;
  readonly socketKey: Value | undefined;
  readonly site: 'same' | 'other' | 'none';
  readonly isSafe: boolean;
  readonly isRequired: boolean;
}

/** @param odds against there being one */
const some = (odds: number): fc.Arbitrary<Value | undefined> =>
  fc.oneof(
    { weight: odds, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );

/** Every credential in every place, mostly few of them, or all would be refused for their number. */
export const attempts: fc.Arbitrary<Attempt> = fc.record({
  authorization: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 4,
      arbitrary: fc.array(
        fc.record({
          scheme: fc.constantFrom('Bearer', 'bearer', 'ApiKey', 'Basic', '' as const),
          value: fc.constantFrom(...values),
        }),
        { maxLength: 2 },
      ),
    },
  ),
  keyHeader: some(3),
  accessCookies: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...values), { maxLength: 2 }) },
  ),
  hostCookie: some(3),
  refreshCookie: some(3),
  query: some(5),
  form: some(5),
  socketToken: some(3),
  socketKey: some(3),
  site: fc.constantFrom('same', 'other', 'none'),
  isSafe: fc.boolean(),
  isRequired: fc.boolean(),
});

/** What the rules say of an attempt: whom it lets in (`null`: nobody in particular), or with which status it is refused. */
export function verdictOf(
  attempt: Attempt,
): { readonly subject: string | null } | { readonly status: number } {
  const { authorization, accessCookies, hostCookie, site, isSafe, isRequired } = attempt;
  if (authorization.length > 1) return { status: 400 };
  const shown = shownIn(attempt);
  const elsewhere = attempt.query ?? (isSafe ? undefined : attempt.form);
  if (shown.length > 1 || (shown.length > 0 && elsewhere !== undefined)) return { status: 400 };
  const [only] = shown;
  if (only !== undefined) return admitted(only) ?? { status: 401 };
  const ambient: readonly (readonly [Place, Value])[] = [
    ...[...new Set(accessCookies)].map((value) => ['bearer', value] as const),
    ...(hostCookie === undefined ? [] : [['host-cookie', hostCookie] as const]),
  ];
  if (ambient.length > 1) return { status: 400 };
  if (ambient.length > 0 && !isSafe && site === 'other') return { status: 403 };
  const [added] = ambient;
  return (added && admitted(added)) ?? (isRequired ? { status: 401 } : { subject: null });
}

function shownIn({
  authorization,
  keyHeader,
  socketToken,
  socketKey,
}: Attempt): readonly (readonly [Place, Value])[] {
  const inHeader = authorization.flatMap(({ scheme, value }): [Place, Value][] => {
    if (/^bearer$/i.test(scheme)) return [['bearer', value]];
    return scheme === 'ApiKey' ? [['key', value]] : [];
  });
  const at = (place: Place, value: Value | undefined): [Place, Value][] =>
    value === undefined ? [] : [[place, value]];
  return [...inHeader, ...at('key', keyHeader), ...at('bearer', socketToken), ...at('key', socketKey)];
}

function admitted([place, value]: readonly [Place, Value]): { subject: string } | undefined {
  const subject = speaksFor[place][value];
  return subject === undefined ? undefined : { subject };
}

/** The headers of an attempt. @param texts the values as they are sent */
export function headersOf(
  { authorization, keyHeader, accessCookies, hostCookie, refreshCookie, site }: Attempt,
  texts: Readonly<Record<Value, string>>,
  ownOrigin: string,
): Record<string, string | string[]> {
  const cookies = [
    ...accessCookies.map((value) => `__Host-access_token=${texts[value]}`),
    ...(hostCookie === undefined ? [] : [`host_session=${texts[hostCookie]}`]),
    ...(refreshCookie === undefined ? [] : [`__Secure-refresh_token=${texts[refreshCookie]}`]),
  ];
  return {
    ...(authorization.length > 0 && {
      authorization: authorization.map(({ scheme, value }) => `${scheme} ${texts[value]}`.trim()),
    }),
    ...(keyHeader !== undefined && { 'x-api-key': texts[keyHeader] }),
    ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
    ...(site === 'other' && { origin: 'https://evil.test' }),
    ...(site === 'same' && { origin: ownOrigin }),
  };
}
