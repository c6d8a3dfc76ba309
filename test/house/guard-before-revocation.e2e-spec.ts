import { type RevocationSite, revocationsIn } from './revocations.js';
import { parsed, parsedText, sourcePaths } from './sources.js';

/** What has to come before a revocation, in the method that asks for it. */
type Guard = RegExp | 'the access token';

/**
 * Every place that revokes although no verb of revocation was asked for, and what may still refuse there: that comes
 * first. Somebody who is refused has ended nothing; a place that isn't in the list says here what guards it.
 */
const GUARDS: Readonly<Record<string, Guard>> = {
  'libs/auth/src/http/login/login.service.ts complete endReplaced': /await this\.opener\.open\(/,
  'libs/auth/src/http/sessions/sessions.controller.ts revoke revoke':
    /throw new AuthError\('session_not_found'\)/,
  'libs/auth/src/http/sessions/sessions.controller.ts revokeAll revokeAll': 'the access token',
  'libs/auth/src/http/sessions/sessions.controller.ts revokeOthers revokeOthers': 'the access token',
  'libs/auth/src/tokens/back-channel-logout.service.ts obey logout': /readLogoutToken\(claims, /,
  'libs/auth/src/tokens/key-rotation.service.ts rotate revokeEverything': /if \(!compromised\) return /,
  // Its body is a verb of revocation, but one that anonymous callers reach.
  'libs/auth/src/authentication/logout.service.ts logout revoke': /throw await this\.refusalOfOther\(/,
  'libs/auth/src/authentication/logout.service.ts logout revokeRefreshTokens':
    /throw await this\.refusalOfOther\(/,
  'src/api-keys/api-keys.controller.ts revoke revoke': 'the access token',
  'src/accounts/accounts.service.ts changePassword revokeSubject': /throw new ForbiddenException\(/,
  'src/accounts/accounts.service.ts disable revokeSubject': /await this\.change\(/,
  'src/accounts/accounts.service.ts setRoles expireAccessTokens': /await this\.change\(/,
  'src/interaction/interaction.controller.ts logout logout': /await this\.asked\(/,
  'src/device/device.controller.ts logout logout': /= asked\(/,
  'src/console/console-login.controller.ts logout logout': /formOf\(http, /,
  'src/console/sessions/sessions.controller.ts end revoke': /if \(session\?\.subject !== subject\) return /,
  'src/console/sessions/sessions.controller.ts endAll revokeAll': /await this\.userNamed\(/,
  'src/browser-logins/page-logins.service.ts logIn logout': /await this\.logins\.login\(/,
  'src/clients/clients.service.ts replace expireAccessTokens': /await this\.change\(/,
  'src/clients/clients.service.ts disable revokeClient': /await this\.change\(/,
  'libs/auth/src/oauth2/grants/presented-codes.ts refuseReuse revokeSession':
    /if \(clientId !== client\.id\) throw codeRefusal\(/,
  'libs/auth/src/oauth2/revocation.endpoint.ts answer revokeRefreshTokens':
    /await this\.clients\.authenticate\(/,
  'libs/auth/src/oauth2/revocation.endpoint.ts answer revokeToken': /await this\.clients\.authenticate\(/,
};

/** Floors where a verb of revocation passes the call on to the next one; whoever calls the first has guarded it. */
const PASSES_ON = /^libs\/auth\/src\/(?:token-blacklist|sessions|tokens|subjects|throttler|api-keys)\//;
const PASSED_ON: readonly string[] = [
  // Of a session that its callers have just opened, and nobody has a token of it.
  'libs/auth/src/tokens/token.service.ts firstPair revokeSession',
  'libs/auth/src/authentication/logout.service.ts endUnanswered revoke',
  // Of a key that was added a moment ago, and that nobody has been shown.
  'libs/auth/src/api-keys/api-key.service.ts keepOnlyIfGood revoke',
  // Of a session whose refresh token is authentic, after the host was asked who its user is: nobody.
  'libs/auth/src/tokens/token.service.ts turnOver revokeSession',
  // Of keys whose end was acknowledged.
  'libs/auth/src/api-keys/api-key.service.ts  revoke',
  // Guarded by a session that has just been opened.
  'libs/auth/src/authentication/logout.service.ts endReplaced revokeRefreshTokens',
  'libs/auth/src/authentication/logout.service.ts endReplaced revoke',
  // The answer is what ends, and the guards of the route have run.
  'libs/auth/src/http/auth.controller.ts logout logout',
];

const nameOf = ({ path, method, verb }: RevocationSite): string => `${path} ${method} ${verb}`;

function isPassedOn(site: RevocationSite): boolean {
  return (site.isInVerb && PASSES_ON.test(site.path)) || PASSED_ON.includes(nameOf(site));
}

function isGuarded(site: RevocationSite, guard: Guard | undefined): boolean {
  if (guard === undefined) return false;
  if (guard === 'the access token') return site.isForAuthenticated;
  return site.before.some((step) => guard.test(step));
}

const all = [...sourcePaths('libs/auth/src'), ...sourcePaths('src')].flatMap((path) =>
  revocationsIn(path, parsed(path)),
);
const asking = all.filter((site) => !isPassedOn(site));

describe('a revocation', () => {
  it('has a guard, and comes after it', () => {
    const unguarded = asking.filter((site) => !isGuarded(site, GUARDS[nameOf(site)]));
    expect(unguarded.map(nameOf)).toEqual([]);
  });

  it('is in the list of guards only while it is in the code', () => {
    expect(Object.keys(GUARDS).sort()).toEqual([...new Set(asking.map(nameOf))].sort());
    expect(PASSED_ON.filter((name) => !all.some((site) => nameOf(site) === name))).toEqual([]);
  });

  it.each([
    ['before its guard', `await this.x.revokeSubject(s); if (!ok) throw new Error('no');`, false],
    ['after its guard', `if (!ok) throw new Error('no'); await this.x.revokeSubject(s);`, true],
    ['beside its guard', `if (!ok) { throw new Error('no'); } else await this.x.revokeSubject(s);`, false],
    [
      'before it, in parallel',
      `await Promise.all([this.x.revokeSubject(s), check(() => { throw new Error('no'); })]);`,
      false,
    ],
    [
      'before it, in a callback',
      `const later = () => { throw new Error('no'); }; await this.x.revokeSubject(s);`,
      false,
    ],
    [
      'inside what its guard lets through',
      `if (!ok) throw new Error('no'); if (y) { await this.x.revokeSubject(s); }`,
      true,
    ],
  ])('%s is told apart', (_where, body, guarded) => {
    const file = parsedText('case.ts', `class A { async act(): Promise<void> { ${body} } }`);
    const sites = revocationsIn('case.ts', file);
    expect(sites.map((site) => isGuarded(site, /throw new Error\('no'\)/))).toEqual([guarded]);
  });

  it.each([
    ['@Authenticated() class A { act() { this.x.revokeAll(s); } }', true],
    ['@Authenticated() class A { @Public() act() { this.x.revokeAll(s); } }', false],
    ['@Authenticated() class A { @OptionalAuth() act() { this.x.revokeAll(s); } }', false],
    ['class A { @Authenticated() act() { this.x.revokeAll(s); } }', true],
    ['class A { act() { this.x.revokeAll(s); } }', false],
  ])('knows what an access token guards: %s', (text, guarded) => {
    const sites = revocationsIn('case.ts', parsedText('case.ts', text));
    expect(sites.map((site) => isGuarded(site, 'the access token'))).toEqual([guarded]);
  });
});
