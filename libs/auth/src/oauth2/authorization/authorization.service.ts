import { Injectable } from '@nestjs/common';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import type { AuthenticatedUser } from '../../authentication/user-authenticator.js';
import { isAuthError } from '../../kernel/auth-error.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { AuthorizationAnswers } from './authorization-answers.js';
import { AuthorizationClients } from './authorization-clients.js';
import type { AuthorizationRequest } from './authorization-interaction.js';
import { authorizationRequestOf } from './authorization-request-of.js';
import { browsersOf } from './browser-cookie.js';
import { CodeIssuer } from './code-issuer.js';
import { type PendingAuthorization, PendingAuthorizations } from './pending-authorizations.js';

/** Why a user isn't asked, or doesn't agree (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6). */
type Denial =
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required';

/** Who agreed, and to what. */
type Approval = {
  /** Who it is. Give a function where they were identified earlier: it is asked for what is true by now. */
  readonly user: AuthenticatedUser | (() => Promise<AuthenticatedUser | null | undefined>);
  /** When they were identified, epoch ms. */
  readonly authenticatedAt: number;
  /** What they agreed to: the scope of the request, or a part of it. */
  readonly scope: readonly string[];
  /** How they were identified (RFC 8176). @default what the user says */
  readonly amr?: readonly string[] | undefined;
  /** How far that can be relied upon. @default what the user says */
  readonly acr?: string | undefined;
};

/** What is wrong with the answer of the user, and is the client's to know. */
const FOR_THE_CLIENT: ReadonlySet<string> = new Set([
  'access_denied',
  'invalid_scope',
  'unauthorized_client',
]);

/** Answers authorization requests, for the pages of the host that {@link AuthorizationInteraction} leads to. */
@Injectable()
export class AuthorizationService {
  /** @internal */
  constructor(
    private readonly pending: PendingAuthorizations,
    private readonly clients: AuthorizationClients,
    private readonly codes: CodeIssuer,
    private readonly answers: AuthorizationAnswers,
  ) {}

  /**
   * What is asked for; nothing is used up.
   * @param handle as it came back in the address or form of the page
   * @param request of Express or Fastify: the handle is good in the browser that began the request, and in no other
   * @throws AuthError `invalid_request` when it is unknown, expired, of another browser, or was answered; `store_unavailable`
   */
  async read(handle: string, request: object): Promise<AuthorizationRequest> {
    const { pending, client } = await this.recall(handle, request);
    await this.pending.refuseUsed(pending);
    return authorizationRequestOf(client, { ...pending, handle });
  }

  /**
   * The user agrees: answers the URL to send the browser to (303), with a code for the client. The handle is used up; of two
   * approvals one has a code, the other is `invalid_request`.
   * @param request of Express or Fastify
   * @throws AuthError `invalid_request` as {@link read} does; `fresh_auth_required` when the client asks for
   * a newer login than this; `store_unavailable`, which uses nothing up
   * @throws TypeError that names what is wrong with the arguments
   * @example
   * ```ts
   * const { scope } = await authorization.read(handle, request);
   * const url = await authorization.approve(handle, request, { user: () => users.find(id), authenticatedAt, scope });
   * ```
   */
  async approve(handle: string, request: object, approval: Approval): Promise<string> {
    const { pending, client } = await this.recall(handle, request);
    let answer: string;
    let tell: () => void;
    try {
      // A code that nobody is told is worth nothing, while a handle that was used up for nothing is a user who can't go on.
      const issued = await this.codes.issue(client, pending, approval);
      answer = this.answers.code(pending, issued.code);
      tell = () => this.codes.tell(issued, request);
    } catch (error) {
      if (!isAuthError(error) || !FOR_THE_CLIENT.has(error.code)) throw error;
      answer = this.answers.refusal(pending, error);
      tell = () => this.codes.tellDenied(pending, error.code, request);
    }
    await this.pending.useUp(pending);
    tell();
    return answer;
  }

  /**
   * The user doesn't agree, or can't be asked (`prompt=none`): answers the URL to send the browser to (303). The handle is used up.
   * @param request of Express or Fastify
   * @throws AuthError as {@link approve}
   */
  async deny(handle: string, request: object, error: Denial = 'access_denied'): Promise<string> {
    const { pending } = await this.recall(handle, request);
    await this.pending.useUp(pending);
    this.codes.tellDenied(pending, error, request);
    return this.answers.error(pending, error);
  }

  /** Looks the client up anew: it may have lost its redirect URI since, and then nothing is sent there. */
  private async recall(
    handle: string,
    request: object,
  ): Promise<{ readonly pending: PendingAuthorization; readonly client: OAuthClient }> {
    if (!isObject((request as Partial<CredentialRequest> | undefined)?.headers))
      throw new TypeError(
        'AuthorizationService: the request has no headers; give that of Express or Fastify',
      );
    const pending = this.pending.recall(handle, browsersOf(request as CredentialRequest));
    const client = await this.clients.find(pending.clientId, pending.redirectUri);
    return { pending, client };
  }
}
