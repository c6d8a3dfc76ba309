import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

// CommonJS becomes a module as well; all it misses there is this.
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Finds the source behind a `.js` import. */
export async function resolve(specifier, context, next) {
  if (specifier.startsWith('.') && /\.c?js$/.test(specifier)) {
    const source = new URL(specifier.replace(/js$/, 'ts'), context.parentURL);
    if (existsSync(fileURLToPath(source))) return next(source.href, context);
  }
  return next(specifier, context);
}

/** Compiles TypeScript the way the tests do, decorators included. */
export async function load(url, context, next) {
  if (!/\.c?ts$/.test(url)) return next(url, context);
  const { code } = await transform(await readFile(new URL(url), 'utf8'), {
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  });
  return { format: 'module', shortCircuit: true, source: url.endsWith('.cts') ? REQUIRE + code : code };
}
