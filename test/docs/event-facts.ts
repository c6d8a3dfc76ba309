import { join } from 'node:path';
import ts from 'typescript';
import { outcomeOf } from '../../libs/auth/src/kernel/audit/auth-event-map.js';
import { markdown, root } from './markdown.js';

const FILE = 'libs/auth/src/kernel/audit/auth-event-map.ts';

/** What the code says of one event: its name, what comes of it, and its own fields, those that may be missing with `?`. */
export interface EventFacts {
  readonly name: string;
  readonly outcome: string;
  readonly fields: readonly string[];
}

/** The events of the code, in its order. */
export function eventFacts(): readonly EventFacts[] {
  return membersOf('Facts').map((member) => {
    const name = nameOf(member);
    const { type } = member;
    const fields = type !== undefined && ts.isTypeLiteralNode(type) ? type.members : [];
    return { name, outcome: outcomeOf(name as never), fields: fields.map(fieldOf) };
  });
}

/** The fields that every event may have. */
export function stampFields(): readonly string[] {
  return membersOf('Stamp').map(fieldOf);
}

function membersOf(alias: string): readonly ts.PropertySignature[] {
  const source = ts.createSourceFile(join(root, FILE), markdown(FILE), ts.ScriptTarget.ES2023, true);
  const found = source.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === alias,
  );
  if (found === undefined || !ts.isTypeLiteralNode(found.type)) throw new Error(`${FILE} has no ${alias}`);
  return found.type.members.filter(ts.isPropertySignature);
}

function fieldOf(member: ts.TypeElement): string {
  return nameOf(member) + (member.questionToken === undefined ? '' : '?');
}

function nameOf({ name }: ts.TypeElement): string {
  if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name)))
    throw new Error('an event without a name');
  return name.text;
}
