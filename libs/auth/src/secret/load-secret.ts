import { randomBytes } from 'node:crypto';
import { createFileOnce } from '../files/create-file-once.js';
import type { NamedPath } from '../files/named-paths.js';
import { FileProblem, type GuardedFiles, systemCode } from '../files/guarded-files.js';
import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { LastingSecret } from './lasting-secret.js';
import { type SecretPlan, soundSecret } from './secret-plan.js';

/** Carries a plan out: reads the files it names, or makes the secret of a development machine once. `undefined` with a finding. */
export async function loadSecret(
  plan: SecretPlan,
  production: boolean,
  files: GuardedFiles,
  findings: ConfigurationFindings,
): Promise<LastingSecret | undefined> {
  if (plan.kind === 'given') return plan.secret;
  if (plan.kind === 'kept' && !(await isKept(plan.path, findings))) return undefined;
  const named = plan.kind === 'kept' ? [{ option: 'secret', path: plan.path }] : plan.files;
  const secrets = await Promise.all(
    named.map(async (file) => {
      const text = await readText(file, files, findings);
      return text && soundSecret(text, file.option, production, findings);
    }),
  );
  const sound = secrets.filter((secret) => Buffer.isBuffer(secret));
  return sound.length > 0 && sound.length === named.length ? new LastingSecret(sound) : undefined;
}

/** Of processes that start together one makes it, and all read the same. */
async function isKept(path: string, findings: ConfigurationFindings): Promise<boolean> {
  try {
    await createFileOnce(path, `${randomBytes(32).toString('base64')}\n`);
    return true;
  } catch (error) {
    findings.add('secret', `none is given, and one can't be kept in ${path} (${systemCode(error)})`);
    return false;
  }
}

async function readText(
  { option, path }: NamedPath,
  files: GuardedFiles,
  findings: ConfigurationFindings,
): Promise<string | undefined> {
  try {
    const text = (await files.read(path)).trim();
    if (text === '') findings.add(option, `${path} is empty`);
    return text;
  } catch (error) {
    findings.add(option, error instanceof FileProblem ? error.message : `${path} is unreadable`);
    return undefined;
  }
}
