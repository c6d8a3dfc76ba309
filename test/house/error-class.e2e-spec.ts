import ts from 'typescript';
import { nodesOf, parsed, parsedText, sourcePaths } from './sources.js';

/**
 * Two copies of a package have two classes of one name, so `instanceof` denies what the other copy threw: only the kernel
 * may ask for them. This list may only shrink.
 */
const STILL_ASKING: readonly string[] = [];
const CLASSES: readonly string[] = ['AuthError', 'HttpException'];

/** The names a file knows the classes by. */
function namesOfClasses(file: ts.SourceFile): ReadonlySet<string> {
  const names = [...nodesOf(file)]
    .filter(ts.isImportSpecifier)
    .filter(({ name, propertyName }) => CLASSES.includes((propertyName ?? name).text))
    .map(({ name }) => name.text);
  return new Set([...CLASSES, ...names]);
}

function asksForOne(file: ts.SourceFile): boolean {
  const names = namesOfClasses(file);
  return [...nodesOf(file)].some(
    (node) =>
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
      names.has(node.right.getText(file).split('.').at(-1) ?? ''),
  );
}

describe('the classes AuthError and HttpException', () => {
  it.each([
    ['error instanceof AuthError', true],
    ['!(error instanceof\n  AuthError)', true],
    ["import { AuthError as Refusal } from './auth-error.js'; error instanceof Refusal", true],
    ["import * as kernel from './auth-error.js'; error instanceof kernel.AuthError", true],
    ["import { HttpException } from '@nestjs/common'; error instanceof HttpException", true],
    ['error instanceof AuthConfigurationError', false],
    ['// error instanceof AuthError', false],
    ['const text = "error instanceof AuthError"', false],
  ])('is asked for by %j: %s', (text, asks) => {
    expect(asksForOne(parsedText('case.ts', text))).toBe(asks);
  });

  it('is asked for in the kernel only', () => {
    const outside = [...sourcePaths('libs/auth/src'), ...sourcePaths('src')].filter(
      (path) => !path.startsWith('libs/auth/src/kernel/'),
    );
    expect(outside.filter((path) => asksForOne(parsed(path)))).toEqual(STILL_ASKING);
  });
});
