import * as fc from 'fast-check';
import { ACCESS, COOKIE, type Kind, REFRESH, withHeaders } from './kind.js';
import type { RawRequest } from './raw-http.js';

const values = (name: string, all: readonly string[]): fc.Arbitrary<RawRequest['headers']> =>
  fc.constantFrom(...all).map((value) => [[name, value]]);

const SCHEMES = [
  'Bearer',
  'Bearer ',
  'bearer x',
  'BEARER x.y.z',
  'Bearer  x',
  'Bearer\tx',
  'Bearer x y',
  'Bearer x,Bearer y',
  'Basic bWFsbG9yeTo=',
  'Basic',
  'DPoP x',
  'Digest username="x"',
  'Negotiate',
  '',
  ',',
  '"',
  'Bearer realm="x"',
  `Bearer ${'a'.repeat(12_000)}`,
  'Bearer a.a.a',
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  `Bearer ${'.'.repeat(5_000)}`,
  'Bearer null',
  'Bearer \u00e9',
  `Bearer ${ACCESS} `,
  `Bearer "${ACCESS}"`,
  `bearer ${ACCESS}`,
  `Bearer ${ACCESS}=`,
  `Bearer ${REFRESH}`,
  'Bearer ghr_x.0.y',
];
const twice: RawRequest['headers'][] = [
  [
    ['Authorization', `Bearer ${ACCESS}`],
    ['Authorization', 'Bearer x'],
  ],
  [
    ['Authorization', 'Bearer x'],
    ['Authorization', `Bearer ${ACCESS}`],
  ],
  [
    ['Authorization', `Bearer ${ACCESS}`],
    ['authorization', `Bearer ${ACCESS}`],
  ],
  [
    ['Authorization', 'Basic x'],
    ['Authorization', `Bearer ${ACCESS}`],
    ['AUTHORIZATION', ''],
  ],
];

const twoCookies = fc.constantFrom<RawRequest['headers']>(
  [['Cookie', `${COOKIE}=${REFRESH}; ${COOKIE}=ghr_other.0.x`]],
  [['Cookie', `${COOKIE}=ghr_other.0.x; ${COOKIE}=${REFRESH}`]],
  [
    ['Cookie', `${COOKIE}=${REFRESH}`],
    ['Cookie', `${COOKIE}=ghr_other.0.x`],
  ],
  [['Cookie', `${COOKIE}=${REFRESH}; ${COOKIE}=${REFRESH}`]],
  [['Cookie', `${COOKIE}=; ${COOKIE}=${REFRESH}`]],
);
const COOKIES = [
  '',
  ';',
  ';;;;',
  '=',
  '==;=',
  COOKIE,
  `${COOKIE}=`,
  `${COOKIE}="${REFRESH}"`,
  `${COOKIE} = ${REFRESH}`,
  `${COOKIE}=%`,
  `${COOKIE}=%00`,
  `${COOKIE}=j:{"a":1}`,
  `__proto__=x; ${COOKIE}=x`,
  `${COOKIE}=${'x'.repeat(8_000)}`,
  Array.from({ length: 1_500 }, (_, place) => `k${place}=x`).join('; '),
  `${COOKIE.toLowerCase()}=${REFRESH}`,
  `${COOKIE}=\u00e9`,
  `a=b,${COOKIE}=${REFRESH}`,
  `${COOKIE}=ghr_${'.'.repeat(500)}`,
  '; '.repeat(3_000),
];

/** What can be odd about the headers that carry tokens. */
export const credentialKinds: readonly Kind[] = [
  { name: 'odd Authorization headers', requests: withHeaders(values('Authorization', SCHEMES)) },
  { name: 'two Authorization headers', requests: withHeaders(fc.constantFrom(...twice)) },
  { name: 'two refresh cookies', requests: withHeaders(twoCookies) },
  { name: 'broken cookies', requests: withHeaders(values('Cookie', COOKIES)) },
];
