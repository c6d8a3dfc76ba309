import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');
const NOT_SHIPPED = /\.(?:spec|contract|d)\.ts$|\.contract-harness\.ts$/;

/** The paths of what ships below a folder of the repository, from its root on. */
export function sourcePaths(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !NOT_SHIPPED.test(path))
    .sort();
}

/** A source file as a syntax tree. */
export function parsed(path: string): ts.SourceFile {
  return parsedText(path, readFileSync(join(root, path), 'utf8'));
}

/** A text as a syntax tree, under a name of its own. */
export function parsedText(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
}

/** All nodes of a tree, each before what it holds. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesOf(child);
}

/** The absolute path of a file of the repository, for `import()`. */
export const absolute = (path: string): string => join(root, path);
