import type { AccessDefinition } from './access-definition.js';
import { AccessDefinitionError } from './access-definition.error.js';
import { findCycles } from './cycles.js';
import { DefinitionReader, type ReadDefinition, type ReadRole } from './definition-reader.js';
import { Inheritance } from './inheritance.js';

/** A definition without any problem; role `i` is `names[i]`, in code-unit order of the names. */
export interface CheckedDefinition {
  readonly definition: ReadDefinition;
  readonly names: readonly string[];
  readonly ids: ReadonlyMap<string, number>;
  readonly inheritance: Inheritance;
  /** The inheritance with its edges reversed, made when it is first needed. */
  heirs(): Inheritance;
}

/** Checks a definition as a whole. @throws AccessDefinitionError with every problem of it */
export function checkDefinition(source: AccessDefinition): CheckedDefinition {
  const reader = new DefinitionReader();
  const definition = reader.read(source);
  const problems = reader.problems.all;
  const names = [...definition.roles.keys()].sort();
  const ids = new Map(names.map((name, id) => [name, id]));
  const inheritance = new Inheritance(
    names.map((name) => parentIds(name, definition.roles.get(name), ids, problems)),
  );
  for (const [name, role] of definition.misnamed) parentIds(name, role, ids, problems);
  if (inheritance.isCyclic)
    for (const cycle of findCycles(inheritance)) problems.push(cycleProblem(cycle, names));
  if (problems.length > 0) throw new AccessDefinitionError(problems);
  let heirs: Inheritance | undefined;
  return { definition, names, ids, inheritance, heirs: () => (heirs ??= inheritance.reversed()) };
}

function parentIds(
  role: string,
  read: ReadRole | undefined,
  ids: ReadonlyMap<string, number>,
  problems: AccessDefinitionError['problems'][number][],
): number[] {
  const found: number[] = [];
  for (const parent of read?.inherits ?? []) {
    const id = ids.get(parent);
    if (id !== undefined) found.push(id);
    else
      problems.push({
        kind: 'unknown-parent',
        role,
        list: 'inherits',
        name: parent,
        message: `role '${role}' inherits '${parent}', which is not defined`,
      });
  }
  return found;
}

function cycleProblem(
  ids: readonly number[],
  names: readonly string[],
): AccessDefinitionError['problems'][number] {
  const path = ids.map((id) => names[id] ?? '');
  return { kind: 'cycle', role: path[0] ?? '', path, message: `cycle: ${arrows(path)}` };
}

function arrows(path: readonly string[]): string {
  const shown = path.length > 12 ? [...path.slice(0, 9), '…', ...path.slice(-2)] : path;
  return shown.join(' → ');
}
