import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '../..');
const printRoutes = () => promisify(execFile)(process.execPath, [join(root, 'dist/print-routes.js')]);

describe('npm run routes', () => {
  let rows: readonly string[];

  beforeAll(async () => {
    rows = (await printRoutes()).stdout.trim().split('\n');
  });

  const cellsOf = (route: string): readonly string[] => {
    const row = rows.find((line) => line.startsWith(`${route} `)) ?? '';
    return row.trim().split(/\s+/).slice(-3);
  };

  it('tells who may call what, admins, editors and viewers', () => {
    expect(rows[0]?.trim().split(/\s+/).slice(-3)).toEqual(['admin', 'editor', 'viewer']);
    expect(cellsOf('POST /articles')).toEqual(['x', 'x', '-']);
    expect(cellsOf('PATCH /articles/:id')).toEqual(['x', 'own', '-']);
    expect(cellsOf('GET /admin/users')).toEqual(['x', '-', '-']);
  });

  it('names no route of the sample app that docs/sample-app.md leaves out', () => {
    const page = readFileSync(join(root, 'docs/sample-app.md'), 'utf8');
    const routes = rows.slice(1).map((row) => row.split(/\s{2,}/)[0] ?? '');
    const own = routes.filter((route) => !/ \/(auth|oauth|\.well-known)\//.test(route));
    expect(own.filter((route) => !page.includes(`\`${route}`))).toEqual([]);
  });
});
