import { join } from 'node:path';
import ts from 'typescript';
import { root } from './markdown.js';

// The types whose members are options; everything else is a value of the host's: a key, a role graph, a client.
// One that is written out where it belongs has no name of its own.
const GROUP = /(?:Options|Extras|ConfiguredKey|__type)$/;
const SOURCE = join(root, 'libs/auth/src');

/** The options that the library's types know, as paths: `sessions.profiles.*.idleTtl`, `throttler.throttlers[].limit`. */
export function optionPaths(file: string, typeName: string): string[] {
  const program = ts.createProgram([join(SOURCE, file)], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(SOURCE, file));
  const declaration = source?.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === typeName,
  );
  if (declaration === undefined) throw new Error(`${file} declares no interface ${typeName}`);
  return [...new Set(namesOf(checker.getTypeAtLocation(declaration), '', checker))];
}

/** Names of a group; of an option that only leads to others, theirs alone. */
function namesOf(group: ts.Type, path: string, checker: ts.TypeChecker): string[] {
  return checker.getPropertiesOfType(group).flatMap((member) => {
    const name = `${path}${member.name}`;
    const type = checker.getTypeOfSymbol(member);
    return [
      name,
      ...groupsIn(type, name, checker).flatMap(([nested, at]) => namesOf(nested, `${at}.`, checker)),
    ];
  });
}

/** The option groups that a value may be or hold, and where they are. */
function groupsIn(type: ts.Type, path: string, checker: ts.TypeChecker): [ts.Type, string][] {
  if (type.isUnion()) return type.types.flatMap((part) => groupsIn(part, path, checker));
  const name = type.getSymbol()?.name ?? '';
  const entry = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  if (entry !== undefined) return groupsIn(entry, `${path}[]`, checker);
  const value = type.getStringIndexType();
  if (value !== undefined) return groupsIn(value, `${path}.*`, checker);
  const isOurs = type.getSymbol()?.declarations?.some((at) => at.getSourceFile().fileName.startsWith(SOURCE));
  return isOurs === true && GROUP.test(name) && !type.isClass() ? [[type, path]] : [];
}
