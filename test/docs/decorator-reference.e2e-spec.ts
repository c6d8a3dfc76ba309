import { join } from 'node:path';
import ts from 'typescript';
import { codeRows, codeSpans, markdown, root } from './markdown.js';

const entryFiles = { main: 'index.ts', rbac: 'rbac/index.ts', throttler: 'throttler/index.ts' };

/** `Name entry` of each decorator that an entry of the package exports. */
function exportedDecorators(): string[] {
  const files = Object.entries(entryFiles).map(
    ([entry, file]) => [entry, join(root, 'libs/auth/src', file)] as const,
  );
  const options = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    skipLibCheck: true,
  };
  const program = ts.createProgram(
    files.map(([, file]) => file),
    options,
  );
  const checker = program.getTypeChecker();
  return files.flatMap(([entry, file]) => {
    const source = program.getSourceFile(file);
    const symbol = source && checker.getSymbolAtLocation(source);
    if (symbol === undefined) throw new Error(`${file} exports nothing`);
    return checker
      .getExportsOfModule(symbol)
      .filter((exported) => isDecorator(exported, checker))
      .map(({ name }) => `${name} ${entry}`);
  });
}

function isDecorator(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const signatures = checker.getTypeOfSymbol(symbol).getCallSignatures();
  return signatures.some((signature) =>
    checker.typeToString(signature.getReturnType()).includes('Decorator'),
  );
}

/** The same of the page; Nest's own come from its package. */
function listedDecorators(): string[] {
  return codeRows(markdown('docs/reference/decorators.md')).flatMap(([decorator = '', , where = '']) => {
    const [, name = ''] = /^`@(\w+)/.exec(decorator) ?? [];
    const entries = where.split(', ').filter((entry) => !entry.includes('@nestjs/'));
    return entries.map((entry) => `${name} ${codeSpans(entry)[0] ?? entry}`);
  });
}

describe('the reference of decorators', () => {
  it('lists the decorators of every entry, and no other', () => {
    expect(listedDecorators().sort()).toEqual(exportedDecorators().sort());
  });
});
