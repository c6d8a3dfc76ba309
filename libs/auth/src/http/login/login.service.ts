import { Inject, Injectable, Optional } from '@nestjs/common';
import { AuthenticationSettings } from '../../authentication/authentication.settings.js';
import { LogoutService } from '../../authentication/logout.service.js';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { useProof } from '../../authentication/requests/dpop-proof.js';
import { CrossSiteCheck, type MethodRequest } from '../../authentication/requests/cross-site-check.js';
import { type Identified, SessionOpener } from '../../authentication/login/session-opener.service.js';
import type { AuthenticatedUser } from '../../authentication/user-authenticator.js';
import type { HttpResponse } from '../../context/call.js';
import { type DeviceRequest, deviceOf } from '../../context/callers/origin-of.js';
import { DPoPProofs } from '../../dpop/dpop-proofs.service.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import { randomId } from '../../kernel/opaque.js';
import { cookieBinding } from '../../kernel/sender-binding.js';
import type { TokenPair } from '../../tokens/token-pair.js';
import { TokenResponder, type TokenResponse } from '../token-response.js';

/** What a host knows of a login besides who it is. */
type LoginDetails = {
  /** How the user was identified (RFC 8176): `['hwk']`, `['pwd', 'otp', 'mfa']`. @default what the user says */
  readonly amr?: readonly string[] | undefined;
  /** How far that can be relied upon. @default what the user says */
  readonly acr?: string | undefined;
  /** When the user was identified, epoch ms: what another provider says as `auth_time`. @default now */
  readonly authenticatedAt?: number | undefined;
  /** One of `authentication.clientId`. @default the first of them */
  readonly clientId?: string | undefined;
  /** Scope that the client asks for, space-separated, within that of the user. @default all the user has */
  readonly scope?: string | undefined;
  /** What the session list calls the device. */
  readonly deviceLabel?: string | undefined;
  /**
   * With cookies: origin of another site whose page may send this very request, as a provider does that posts its
   * answer (`form_post`). Compare its `state` before.
   */
  readonly fromOrigin?: string | undefined;
};

type LoginRequest = MethodRequest & DeviceRequest;

/** What a login is answered over. */
interface LoginCall {
  readonly request: CredentialRequest & DeviceRequest;
  readonly response: object;
  /** Whether it is the host's endpoint. */
  readonly isElsewhere?: true;
  /** What its tokens are bound to. */
  readonly fingerprint?: string | undefined;
}

const METHOD = 'LoginService.completeLogin()';

/** Completes the login of somebody whom the host has identified: by passkey, one-time code, another provider, a link. */
@Injectable()
export class LoginService {
  // No parameters of the constructor: most apps have bearer tokens only.
  @Optional()
  @Inject(DPoPProofs)
  private readonly proofs: DPoPProofs | undefined;
  @Inject(AuthenticationSettings)
  private readonly settings!: AuthenticationSettings;

  /** @internal */
  constructor(
    private readonly opener: SessionOpener,
    private readonly logouts: LogoutService,
    private readonly responder: TokenResponder,
    private readonly crossSite: CrossSiteCheck,
  ) {}

  /**
   * Opens a session and writes the answer as `POST /auth/login` does: its headers, the refresh cookie where that is switched
   * on; and the session that the browser had before is ended. Return the body from the handler, or redirect.
   *
   * Give a function where finding out who it is takes a while: a subject who was logged out everywhere meanwhile (disabled,
   * a changed password) may have been let in on what is no longer true, so it is asked once more then.
   * @param request of Express or Fastify, as the context of a GraphQL operation has it, too
   * @param response likewise; in a controller `@Res({ passthrough: true })`
   * @throws AuthError `invalid_credentials` when there is no user, `invalid_scope`, `invalid_dpop_proof`, `cross_site_request`,
   * `session_limit_reached`, `store_unavailable`
   * @throws TypeError that names what is wrong with the arguments; no session is opened then
   * @example
   * ```ts
   * @Public()
   * @Post('passkey')
   * async login(@Body() answer: PasskeyAnswer, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
   *   const id = await this.passkeys.verify(answer); // once: the challenge is used up
   *   return this.logins.completeLogin(request, response, () => this.users.find(id), { amr: ['hwk'] });
   * }
   * ```
   */
  async completeLogin(
    request: object,
    response: object,
    user: AuthenticatedUser | (() => Promise<AuthenticatedUser | null | undefined>),
    details: LoginDetails = {},
  ): Promise<TokenResponse> {
    refuseUnfit(request, response);
    refuseNoText(details);
    this.responder.refuseUsed(response, METHOD);
    this.crossSite.refuseChange(request, details.fromOrigin);
    return this.complete({ request, response, isElsewhere: true }, user, details);
  }

  /** {@link completeLogin} for our own endpoint as well, whose request has been looked at. @internal */
  async complete(
    call: LoginCall,
    user: Identified,
    { deviceLabel, clientId, scope, amr, acr, authenticatedAt }: LoginDetails,
  ): Promise<TokenResponse> {
    const device = deviceOf(call.request, deviceLabel);
    const key = await this.provenKeyOf(call.request);
    // A new one with each login.
    const fingerprint =
      key === undefined && this.settings.fingerprintCookie !== undefined ? randomId() : undefined;
    const binding = fingerprint === undefined ? key : cookieBinding(fingerprint);
    const about = { clientId, scope, amr, acr, authenticatedAt, device, binding };
    const pair = await this.opener.open(user, about, METHOD);
    const body = await this.answer({ ...call, fingerprint }, pair);
    await this.logouts.endReplaced(call.request);
    return body;
  }

  /** No script can read a token in a cookie, so none can make a proof for it. @throws AuthError as {@link useProof} */
  private async provenKeyOf(request: CredentialRequest): Promise<string | undefined> {
    if (this.proofs === undefined || this.settings.accessCookie !== undefined) return undefined;
    return useProof(this.proofs, request);
  }

  /** Finding out who it is takes a while, in which a time limit of the host may have answered. */
  private async answer(
    { request, response, isElsewhere, fingerprint }: LoginCall,
    pair: TokenPair,
  ): Promise<TokenResponse> {
    try {
      this.responder.refuseUsed(response, METHOD);
      return this.responder.write(request, response, pair, { isElsewhere, fingerprint });
    } catch (error) {
      await this.logouts.endUnanswered(pair.principal);
      throw error;
    }
  }
}

/** What can't be written to must not cost a session that nobody has a token of. */
function refuseUnfit(request: object, response: object): asserts request is LoginRequest {
  if (!isObject((request as Partial<LoginRequest> | undefined)?.headers))
    throw new TypeError(`${METHOD}: the request has no headers; give that of Express or Fastify`);
  const { header } = (response ?? {}) as Partial<HttpResponse>;
  if (typeof header !== 'function')
    throw new TypeError(
      `${METHOD}: the response can't be written to; give that of Express or Fastify: @Res({ passthrough: true }), in GraphQL that of the context`,
    );
}

function refuseNoText(details: LoginDetails): void {
  for (const name of ['scope', 'deviceLabel', 'fromOrigin'] as const) {
    const value: unknown = details[name];
    if (value !== undefined && typeof value !== 'string')
      throw new TypeError(`${METHOD}: \`${name}\` must be text`);
  }
}
