/** What a client asks a user for (RFC 6749 §4.1.1): checked, and waiting for the host to find out who it is and whether they agree. */
export interface AuthorizationRequest {
  /** Stands for the request, in addresses and forms of the host's pages. Good in the browser that began it, once. */
  readonly handle: string;
  readonly client: {
    readonly id: string;
    /** What people read. */
    readonly name: string;
    /** Whether it belongs to whoever runs this server: the user need not be asked then. */
    readonly isFirstParty: boolean;
  };
  /** Where the answer goes; its host is worth showing. */
  readonly redirectUri: string;
  /** What it asks for, as far as it may have it. */
  readonly scope: readonly string[];
  /** The one resource that its tokens are to be for (RFC 8707). */
  readonly resource?: string | undefined;
  /**
   * How the user is to be asked (OpenID Connect Core §3.1.2.1): `login`, `consent`, `select_account`. `none` stands alone: show
   * nothing, and deny with `login_required` or `consent_required` where something would have to be shown.
   */
  readonly prompt?: readonly string[] | undefined;
  /** How old the login of the user may be at most (RFC 9470 §4); 0 asks for a new one. */
  readonly maxAgeSeconds?: number | undefined;
  /** Accepted authentication context classes, the preferred one first (RFC 9470 §4). */
  readonly acrValues?: readonly string[] | undefined;
  /** Who is going to log in, as the client believes. */
  readonly loginHint?: string | undefined;
  /** Until when it can be answered, epoch ms. */
  readonly expiresAt: number;
}

/**
 * Where the host asks its users for authorization.
 * @example
 * ```ts
 * @Injectable()
 * class AppInteraction extends AuthorizationInteraction {
 *   begin({ handle }: AuthorizationRequest) { return `/consent?request=${handle}`; }
 * }
 * ```
 */
export abstract class AuthorizationInteraction {
  /**
   * The page that goes on: its path, or its URL at the origin of `issuer`. The browser is sent there (303). An `AuthError` goes to the
   * client instead, such as `access_denied`.
   */
  abstract begin(request: AuthorizationRequest): string | Promise<string>;
}
