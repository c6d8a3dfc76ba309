import type { DPoPProofs } from '../dpop/dpop-proofs.service.js';
import { AuthError } from '../kernel/auth-error.js';
import { authorizationOf, type CredentialRequest, isForm } from '../authentication/requests/credentials.js';
import { useProof } from '../authentication/requests/dpop-proof.js';
import { parametersOf } from '../authentication/requests/request-parameters.js';
import type { RequestDevice } from '../context/callers/origin-of.js';

/** A request to an endpoint for clients: parameters in a form (RFC 6749 §3.2), and who sent it. */
export class OAuthRequest {
  private provenKey: string | undefined;

  /** @internal */
  constructor(
    private readonly request: CredentialRequest,
    /** @internal */
    readonly device: RequestDevice,
  ) {
    // §2.3.1: they are never in the query, where logs keep them.
    if (hasQuery(request))
      throw new AuthError('invalid_request', { detail: 'parameters belong in the body' });
    if (!isForm(request.headers))
      throw new AuthError('invalid_request', { detail: 'send application/x-www-form-urlencoded' });
    // RFC 8707 §2 allows for several, but a token that several resources accept is what it is there to avoid.
    if (isRepeated(request, 'resource'))
      throw new AuthError('invalid_target', { detail: 'name one resource: a token is for one' });
  }

  /** Address of the sender, as the platform sees it. */
  get ip(): string | undefined {
    return this.device.ip;
  }

  /** What the client calls itself; anybody can write anything there. */
  get userAgent(): string | undefined {
    return this.device.userAgent;
  }

  /**
   * RFC 7638 thumbprint of the key that the client has proved to hold (RFC 9449): what it gets is for the holder of that key only.
   * `undefined`: it sent no proof.
   */
  get binding(): string | undefined {
    return this.provenKey;
  }

  /**
   * Notes the key of a proof that is good, which nobody can show again.
   * @param isRequired whether this client gets nothing without one
   * @throws AuthError as {@link useProof}; `invalid_dpop_proof` where one is required and none is looked at
   * @internal
   */
  async prove(proofs: DPoPProofs | undefined, isRequired: boolean): Promise<void> {
    if (proofs === undefined && isRequired)
      throw new AuthError('invalid_dpop_proof', {
        detail: 'the client needs one, and the option dpop is off',
      });
    const settings = { isRequired: isRequired || proofs?.settings.isRequired === true };
    this.provenKey = proofs && (await useProof(proofs, this.request, settings));
  }

  /** The `Authorization` header. @throws AuthError `invalid_request` when it was sent twice */
  get authorization(): string | undefined {
    return authorizationOf(this.request);
  }

  /** The named parameters; an empty one is missing, others are ignored. @throws AuthError `invalid_request` */
  read<Name extends string>(...names: readonly Name[]): { readonly [name in Name]?: string } {
    return parametersOf(this.request, names);
  }

  /** A parameter that must be there. @throws AuthError `invalid_request` */
  require(name: string): string {
    const { [name]: value } = this.read(name);
    if (value === undefined) throw new AuthError('invalid_request', { detail: `${name} is missing` });
    return value;
  }
}

function hasQuery({ url, query }: CredentialRequest): boolean {
  if (url !== undefined) return url.includes('?');
  return typeof query === 'object' && query !== null && Object.keys(query).length > 0;
}

function isRepeated({ body }: CredentialRequest, name: string): boolean {
  return typeof body === 'object' && body !== null && Array.isArray(Reflect.get(body, name));
}
