import type { DPoPProofs, SoundProof } from '../../dpop/dpop-proofs.service.js';
import { AuthError } from '../../kernel/auth-error.js';
import type { CredentialRequest } from './credentials.js';

/** The auth-scheme of tokens that come with a proof (RFC 9449 §7.1). */
export const DPOP_SCHEME = 'DPoP';

/** A request as it came in: what was mounted or rewritten since has another `url`. */
type TargetRequest = CredentialRequest & { readonly originalUrl?: string };

/**
 * Checks the proof that a request carries (RFC 9449 §4.3), and uses nothing up.
 * @returns `undefined` when it carries none
 * @throws AuthError `invalid_dpop_proof`, `use_dpop_nonce`
 */
export function proofOf(
  proofs: DPoPProofs,
  request: TargetRequest,
  accessToken?: string,
): SoundProof | undefined {
  const { headers, method = 'GET', originalUrl, url } = request;
  const { dpop: text } = headers;
  if (text === undefined) return undefined;
  // §4.3: not more than one header; Node joins two by a comma, which no proof has.
  if (typeof text !== 'string') throw refusal(proofs, { fault: 'there is more than one' });
  const found = proofs.check(text, { method, target: originalUrl ?? url ?? '', accessToken });
  if ('fault' in found) throw refusal(proofs, found);
  return found;
}

/** Uses a proof up. @throws AuthError `invalid_dpop_proof` when it was used before, `store_unavailable` */
export async function useOnce(proofs: DPoPProofs, proof: SoundProof): Promise<void> {
  if ((await proofs.use(proof)) === 'replayed') throw refusal(proofs, { fault: 'it was used before' });
}

/**
 * The key that the sender of a request for tokens has proved to hold; its proof is used up.
 * @throws AuthError `invalid_dpop_proof`, also for none where one is required; `use_dpop_nonce`, `store_unavailable`
 */
export async function useProof(
  proofs: DPoPProofs,
  request: CredentialRequest,
  { isRequired = false }: { readonly isRequired?: boolean } = {},
): Promise<string | undefined> {
  const proof = proofOf(proofs, request);
  if (proof === undefined && isRequired) throw refusal(proofs, { fault: 'there is none' });
  if (proof === undefined) return undefined;
  await useOnce(proofs, proof);
  return proof.jkt;
}

/** Of whatever is wrong with a proof. */
export function refusal(
  { nonce: dpopNonce }: DPoPProofs,
  { fault, needsNonce = false }: { readonly fault: string; readonly needsNonce?: boolean },
): AuthError {
  const occurrence = { detail: `the proof: ${fault}`, scheme: DPOP_SCHEME, dpopNonce };
  return new AuthError(needsNonce ? 'use_dpop_nonce' : 'invalid_dpop_proof', occurrence);
}
