import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';

/** A file, and the option that names it for findings: `secretFile`, or `secretFile[0]` of a list. */
export interface NamedPath {
  readonly option: string;
  readonly path: string;
}

/** Reads an option that takes the path of a file or a list of paths; each mistake becomes a finding. */
export function namedPaths(
  given: unknown,
  option: string,
  findings: ConfigurationFindings,
): readonly NamedPath[] {
  if (!Array.isArray(given)) return soundPath(given, option, 'or a list of paths', findings);
  if (given.length === 0) findings.add(option, 'the list is empty');
  return given.flatMap((path: unknown, at) => soundPath(path, `${option}[${at}]`, 'as text', findings));
}

function soundPath(
  path: unknown,
  option: string,
  form: string,
  findings: ConfigurationFindings,
): readonly NamedPath[] {
  // Node refuses a path with a NUL in its own words.
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return [{ option, path }];
  findings.add(option, `expected the path of a file, ${form}`);
  return [];
}
