import type { CredentialRequest } from '../authentication/requests/credentials.js';
import type { CredentialChain } from '../authentication/schemes/credential-chain.js';
import type { Recheck } from '../context/socket-caller.js';
import { AuthError } from '../kernel/auth-error.js';
import type { Clock } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import type { AccessTokenCheck } from '../tokens/access-token-check.js';
import type { CloseSocket, LiveSockets } from './live-sockets.js';

/** Who was let in, and how that is checked again. */
export interface Admission {
  readonly principal: Principal;
  /** @throws AuthError `invalid_token`, `store_unavailable` */
  readonly recheck: Recheck;
}

/** What a gate asks. */
interface GateKeepers {
  readonly tokens: AccessTokenCheck;
  /** `undefined`: there are access tokens only. */
  readonly chain: CredentialChain | undefined;
  readonly live: LiveSockets;
  readonly clock: Clock;
}

/** The decision at the handshake, whatever kind of socket it is. */
export class SocketGate {
  constructor(
    private readonly keepers: GateKeepers,
    /** Whether sockets without a credential are let in. */
    readonly allowsAnonymous: boolean,
  ) {}

  /**
   * Who connects; `undefined` is anonymous.
   * @param findToken the access token of the handshake; what it throws refuses the socket
   * @param handshake what schemes look at
   * @throws AuthError `unauthenticated`, `invalid_token`, `invalid_request`, `cross_site_request`, `store_unavailable`
   */
  async admit(
    findToken: () => string | undefined,
    handshake: () => CredentialRequest,
  ): Promise<Admission | undefined> {
    const { chain, tokens } = this.keepers;
    const token = findToken();
    const isRequired = !this.allowsAnonymous;
    const other = chain?.authenticate(handshake(), { token, transport: 'ws', isRequired });
    if (other !== undefined) {
      const principal = await other.caller;
      return principal && this.admission(principal, other.recheck);
    }
    if (token !== undefined) {
      const principal = await tokens.verify(token);
      return this.admission(principal, () => tokens.unlessRevoked(this.unlessExpired(principal)));
    }
    if (!isRequired) return undefined;
    throw new AuthError('unauthenticated', { detail: 'the socket sent no credential' });
  }

  /** Has a connected socket closed in time. Answers what to call when it has disconnected. */
  watch(admission: Admission | undefined, close: CloseSocket): () => void {
    return admission === undefined ? () => {} : this.keepers.live.watch(admission, close);
  }

  private admission(principal: Principal, recheck: Recheck): Admission {
    return { principal: this.unlessExpired(principal), recheck };
  }

  /** Requests are served some seconds longer, for the clocks of others; a socket ends by ours. */
  private unlessExpired(principal: Principal): Principal {
    if (this.keepers.clock.now() < principal.expiresAt) return principal;
    throw new AuthError('invalid_token', { detail: 'the token has expired' });
  }
}
