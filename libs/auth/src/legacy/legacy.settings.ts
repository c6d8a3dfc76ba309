import type { AuthenticatedUser } from '../authentication/user-authenticator.js';
import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';

/** What a host says about a legacy token that is good. Instants are a `Date` or epoch ms. */
type LegacyUser = AuthenticatedUser & {
  /** What was revoked since then refuses it; without it, whatever was revoked at all. @default the claim `iat` of a JWT */
  readonly issuedAt?: Date | number;
  /** When it ends; `until` is the latest. @default the claim `exp` of a JWT */
  readonly expiresAt?: Date | number;
  /**
   * What tells the token from any other, such as the id of its row: needed where its text can be written in several ways, as in
   * a column that ignores case. @default its text, or what is signed of a JWT
   */
  readonly tokenId?: string;
  /** When the user proved who they are. @default unknown: too long ago for `@RequireFreshAuth()` */
  readonly authenticatedAt?: Date | number;
};

/** Verifies a token and names its user; nothing refuses it. */
type LegacyVerifier = (token: string) => Awaitable<LegacyUser | null | undefined>;

type Awaitable<T> = T | Promise<T>;

/** Tokens that the app issued before it used this library, accepted until a date. */
export interface LegacyOptions {
  /** From then on they are refused, and nobody is asked about them: a `Date`, or text such as `'2027-03-01'` (UTC). */
  readonly until: Date | string;
  /**
   * Verifies an access token of the old kind, signature and end included, and names its user. Nothing, or the error of a JWT
   * library, refuses the token; anything else that is thrown is 503, since a failing database must log nobody out. No answer in
   * 3 s is 503 as well. Asked at each request, for tokens that can't be ours.
   */
  readonly accessToken?: LegacyVerifier;
  /**
   * The same for refresh tokens: the first refresh with one gives a session of ours, and from then on the token is a used
   * refresh token of that session. It is asked at each retry as well, so a good token has to stay good.
   */
  readonly refreshToken?: LegacyVerifier;
}

/** Resolved {@link LegacyOptions}; type and DI token. */
export abstract class LegacySettings {
  /** Epoch ms. */
  abstract readonly until: number;
  abstract readonly accessToken: LegacyVerifier | undefined;
  abstract readonly refreshToken: LegacyVerifier | undefined;
  /** Until when revocations and adoptions are remembered at least, epoch ms: a later release may put `until` off. */
  abstract readonly rememberedUntil: number;
}

const DAY_MS = 86_400_000;
/** How far ahead `until` is expected to be at most; and how far it may be put off without a revocation being forgotten. */
export const LONGEST_LEGACY_MS = 366 * DAY_MS;

const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const EXPECTED_INSTANT = "expected a Date, or text such as '2027-03-01' or '2027-03-01T12:00:00Z'";
const ISSUES_NOTHING =
  'opens sessions, and with keys.remote nothing is issued here: give it to the service that issues tokens';

/** Resolves {@link LegacyOptions}; mistakes become findings under `legacy`. `undefined`: there are no legacy tokens. */
export function resolveLegacySettings(
  given: unknown,
  { issuesTokens }: { readonly issuesTokens: boolean },
  findings: ConfigurationFindings,
): LegacySettings | undefined {
  if (given === undefined) return undefined;
  return readOptions<LegacyOptions, LegacySettings>(given, 'legacy', findings, (read) => {
    const until = readUntil(read);
    if (!issuesTokens && read.has('refreshToken')) read.refuse('refreshToken', ISSUES_NOTHING);
    return Object.freeze({
      until,
      accessToken: read.function<LegacyVerifier>('accessToken'),
      refreshToken: read.function<LegacyVerifier>('refreshToken'),
      rememberedUntil: until + LONGEST_LEGACY_MS,
    });
  });
}

function readUntil(read: OptionReader<LegacyOptions>): number {
  read.require('until', "when the last legacy token may be shown: until: '2027-03-01'");
  const given = read.raw('until');
  if (given === undefined) return 0;
  const at = given instanceof Date ? given.getTime() : instantOf(given);
  if (Number.isFinite(at)) return at;
  read.refuse('until', EXPECTED_INSTANT);
  return 0;
}

// Of a day that doesn't exist `Date` makes the next one that does.
function instantOf(text: unknown): number {
  if (typeof text !== 'string' || !INSTANT.test(text)) return Number.NaN;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const isDay = Number.isFinite(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  return isDay ? Date.parse(text) : Number.NaN;
}
