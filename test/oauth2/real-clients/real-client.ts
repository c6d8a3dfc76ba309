/** What a library got at the token endpoint. */
export interface ClientTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** The scope as the server says it, where the library passes that on. */
  readonly scope?: string | undefined;
}

/** Who uses a library, and with which server. */
export interface ClientIdentity {
  readonly issuer: string;
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
  /** Whether it shows no secret. */
  readonly isPublic?: boolean;
  /** Whether it makes a key and proves it with each request, as far as the library does that (RFC 9449). */
  readonly provesKey?: boolean;
}

/** Goes from page to page to the client's callback. */
export type Browse = (url: string) => Promise<string>;

/** A published client library, used as its documentation says; what it doesn't do is left out. */
export interface RealClient {
  clientCredentials(scope: string): Promise<ClientTokens>;
  password(username: string, password: string): Promise<ClientTokens>;
  refresh(tokens: ClientTokens): Promise<ClientTokens>;
  revoke(tokens: ClientTokens): Promise<void>;
  /** The code flow with PKCE; `browse` opens a page as a user's browser does, and answers where it is called back. */
  authorizationCode(browse: Browse): Promise<ClientTokens>;
  introspect?(token: string): Promise<object>;
  /** Reads a protected resource with an access token. */
  read?(url: string, accessToken: string): Promise<Response>;
}

/** A refusal as a library passes it on. */
export interface Refusal {
  readonly status: number | undefined;
  readonly word: string | undefined;
}

/** A library by name. */
export interface ClientLibrary {
  readonly name: string;
  start(identity: ClientIdentity): Promise<RealClient>;
  /** What a refusal tells its user: the status, and the word of RFC 6749 §5.2 where there is one. */
  told(error: unknown): Refusal;
}
