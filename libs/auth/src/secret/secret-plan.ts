import { randomBytes } from 'node:crypto';
import { OWN_FOLDER } from '../files/create-file-once.js';
import { type NamedPath, namedPaths } from '../files/named-paths.js';
import { makeshiftSecretProblem, secretProblem } from '../jose/secret-strength.js';
import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { LastingSecret } from './lasting-secret.js';

/** Where the lasting secret comes from; files are read when the module starts. */
export type SecretPlan =
  | { readonly kind: 'given'; readonly secret: LastingSecret }
  | { readonly kind: 'files'; readonly files: readonly NamedPath[] }
  | { readonly kind: 'kept'; readonly path: string };

/** What the secret is planned against besides its options. */
export interface SecretEnvironment {
  readonly production: boolean;
  /** Whether anything here outlives the process: not so where another issuer's tokens are verified and nothing else. */
  readonly isNeeded: boolean;
}

const NEEDED_BITS = 256;
const HOW_TO_MAKE_ONE =
  'make one with "npx gatehouse-keys secret" (or "openssl rand -base64 32") and give it to every instance';

/** Plans where the secret comes from; each mistake becomes a finding. */
export function planSecret(
  { secret, secretFile }: { readonly secret?: unknown; readonly secretFile?: unknown },
  { production, isNeeded }: SecretEnvironment,
  findings: ConfigurationFindings,
): SecretPlan {
  if (secret !== undefined && secretFile !== undefined)
    findings.add('secretFile', 'give either secret or secretFile');
  if (secret !== undefined) return givenSecret(secret, production, findings);
  if (secretFile !== undefined)
    return Object.freeze({ kind: 'files', files: namedPaths(secretFile, 'secretFile', findings) });
  if (!isNeeded) return givenPlan([]);
  if (production) findings.add('secret', `is required in production: ${HOW_TO_MAKE_ONE}`);
  return Object.freeze({ kind: 'kept', path: `${OWN_FOLDER}/secret` });
}

/** The bytes of one secret; text counts as its UTF-8 bytes. `undefined` once the finding says what is wrong with it. */
export function soundSecret(
  value: unknown,
  option: string,
  production: boolean,
  findings: ConfigurationFindings,
): Buffer | undefined {
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) {
    findings.add(option, 'expected text or a Buffer');
    return undefined;
  }
  const bytes = Buffer.from(value);
  const problem =
    secretProblem(bytes, NEEDED_BITS) ??
    (production ? makeshiftSecretProblem(bytes, NEEDED_BITS) : undefined);
  if (problem !== undefined) findings.add(option, problem);
  return problem === undefined ? bytes : undefined;
}

function givenSecret(given: unknown, production: boolean, findings: ConfigurationFindings): SecretPlan {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length === 0) findings.add('secret', `the list is empty: ${HOW_TO_MAKE_ONE}`);
  const secrets = values.flatMap((value, at) => {
    const option = Array.isArray(given) ? `secret[${at}]` : 'secret';
    return soundSecret(value, option, production, findings) ?? [];
  });
  return givenPlan(secrets);
}

/** Where there is none, nothing outlives the process, or a finding stops the boot: any will do. */
function givenPlan(secrets: readonly Buffer[]): SecretPlan {
  const secret = new LastingSecret(secrets.length === 0 ? [randomBytes(NEEDED_BITS / 8)] : secrets);
  return Object.freeze({ kind: 'given', secret });
}
