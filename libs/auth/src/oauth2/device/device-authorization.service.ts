import { Inject, Injectable } from '@nestjs/common';
import type { AuthenticatedUser } from '../../authentication/user-authenticator.js';
import { originOf } from '../../context/callers/origin-of.js';
import { AuthError } from '../../kernel/auth-error.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { commonScope } from '../../kernel/scope.js';
import { RefreshTokenService } from '../../sessions/refresh-token.service.js';
import { checkedCircumstances, checkedUser, isNobody } from '../../tokens/checked-login.js';
import type { Login } from '../../tokens/token-pair.js';
import { findClient } from '../clients/client-finder.js';
import { ClientRegistry } from '../clients/client-registry.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { ClientScope } from '../grants/client-scope.js';
import type { DeviceRequest } from './device-request.js';
import { WaitingDevices } from './waiting-devices.js';

/** The request of the browser on which somebody answers. */
type AnswerRequest = { readonly ip?: string | undefined };

/** What a device waits for, to be shown to whoever is asked. */
type WaitingDevice = {
  readonly client: Pick<OAuthClient, 'id' | 'name' | 'isFirstParty'>;
  readonly scope: readonly string[];
  readonly resource: string | undefined;
  /** Where the device asked from: whoever sees another place than their own is being deceived (RFC 8628 §5.4). */
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
};

/** Who agreed, and what to. */
type DeviceApproval = {
  /** Who; prefer a function, which is asked for what is true by now. */
  readonly user: AuthenticatedUser | (() => Promise<AuthenticatedUser | null | undefined>);
  /** When the user was identified, epoch ms. */
  readonly authenticatedAt: number;
  /** What the user agreed to. @default all that client and user may have of what was asked for */
  readonly scope?: readonly string[] | undefined;
  /** How the user was identified (RFC 8176). @default what the user says */
  readonly amr?: readonly string[] | undefined;
  /** How far that can be relied upon. @default what the user says */
  readonly acr?: string | undefined;
};

/** What somebody agreed to, as it is kept until the device gets its tokens. */
export interface StoredApproval {
  readonly login: Omit<Login, 'device' | 'answer' | 'accessTokenTtlMs'>;
  readonly revocations: string;
}

const METHOD = 'DeviceAuthorizationService.approve()';

/**
 * For the page on which people answer for their devices (RFC 8628 §3.3). They type what a device shows, in whatever case and
 * punctuation; guesses use up the budgets of failed logins by address. Show what is asked for, and let them confirm it, also
 * where the code came with the link (§5.4).
 * @example
 * ```ts
 * const { client, scope } = await this.devices.read(userCode, request);
 * await this.devices.approve(userCode, request, { user: () => this.users.find(id), authenticatedAt });
 * ```
 */
@Injectable()
export class DeviceAuthorizationService {
  // No parameter of the constructor: there are four.
  @Inject(AuthEvents)
  private readonly events!: AuthEvents;

  /** @internal */
  constructor(
    private readonly devices: WaitingDevices,
    private readonly clients: ClientRegistry,
    private readonly scopes: ClientScope,
    private readonly sessions: RefreshTokenService,
  ) {}

  /** What waits under a code. @throws AuthError `invalid_request` when nothing does, `quota_exceeded`, `store_unavailable` */
  async read(userCode: string, { ip }: AnswerRequest): Promise<WaitingDevice> {
    const { client, asked } = await this.find(userCode, ip);
    const { id, name, isFirstParty } = client;
    const { scope, resource, ip: at, userAgent } = asked;
    return { client: { id, name, isFirstParty }, scope, resource, ip: at, userAgent };
  }

  /**
   * Agrees: the device gets its tokens when it asks next, unless its user is logged out everywhere before.
   * @throws AuthError as {@link read}; `invalid_scope` when client and user may have nothing of it, `access_denied` for nobody
   * @throws TypeError that names the member of the user which is wrong
   */
  async approve(userCode: string, request: AnswerRequest, approval: DeviceApproval): Promise<void> {
    const { ip } = request;
    const { client, asked } = await this.find(userCode, ip);
    const first = await userOf(approval);
    const { revocations = '' } = await this.sessions.begin({ ...first, clientId: client.id });
    // What was revoked before is known, so it has to be what is true since.
    const user = typeof approval.user === 'function' ? await userOf(approval) : first;
    if (user.subject !== first.subject) throw nobody();
    const { answer: _answer, ...facts } = user;
    const { amr, acr, authenticatedAt, scope: agreed } = approval;
    const login: StoredApproval['login'] = {
      ...facts,
      ...checkedCircumstances({ amr, acr }, METHOD),
      clientId: client.id,
      scope: this.scopes.grantTo(
        client,
        undefined,
        commonScope(commonScope(asked.scope, user.scope), agreed),
      ),
      resource: asked.resource,
      authenticatedAt,
    };
    await this.devices.approve(userCode, ip, JSON.stringify({ login, revocations } satisfies StoredApproval));
    const told = { subject: login.subject, clientId: client.id };
    this.events.emit('device.approved', told, () => originOf(request));
  }

  /** Refuses: the device is told when it asks next. @throws AuthError as {@link read} */
  async deny(userCode: string, request: AnswerRequest): Promise<void> {
    await this.devices.deny(userCode, request.ip);
    this.events.emit('device.denied', {}, () => originOf(request));
  }

  private async find(
    userCode: string,
    ip: string | undefined,
  ): Promise<{ readonly client: OAuthClient; readonly asked: DeviceRequest }> {
    const { clientId, asked } = await this.devices.find(userCode, ip);
    const client = await findClient(this.clients, clientId);
    if (client !== undefined) return { client, asked };
    throw new AuthError('invalid_request', { detail: 'the client of this device is welcome no more' });
  }
}

async function userOf({ user }: DeviceApproval): Promise<ReturnType<typeof checkedUser>> {
  const answer: unknown = typeof user === 'function' ? await user() : user;
  if (isNobody(answer)) throw nobody();
  return checkedUser(answer, METHOD);
}

function nobody(): AuthError {
  return new AuthError('access_denied', { detail: 'there is no such user (any more)' });
}
