import { change, type Change } from './changes/change.js';
import type { AccessLock, RouteFacts } from './lock/access-lock.js';
import { markdownOf } from './markdown.js';

const facts: RouteFacts = {
  guards: 'JwtAuthGuard, RbacGuard',
  open: undefined,
  requires: ['permission things:get'],
  owner: false,
  login: [],
  proof: false,
  scopes: [],
  limits: undefined,
  passes: new Map([['admin', 'yes']]),
};

const lockOf = (paths: readonly string[]): AccessLock => ({
  defaultPolicy: 'authenticated',
  exemptPaths: [],
  callers: { accepts: [], requires: [] },
  limits: new Map(),
  onStoreFailure: 'memory',
  roles: new Map(),
  scopes: new Map(),
  routes: new Map(paths.map((path) => [`http GET ${path}`, facts])),
});

const many = (prefix: string): string[] => Array.from({ length: 20_000 }, (_, at) => `/${prefix}/${at}`);
const widened = (path: string): Change => change('widened', `GET ${path}`, 'is public now');
const MIB = 1024 * 1024;

describe('the Markdown of a review', () => {
  it('stays below what GitHub shows, and says what is left out', () => {
    const text = markdownOf(lockOf(many('é')), [widened('/é/0')]);
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    expect(text).toContain('| **widened** | `GET /é/0` |');
    const shown = text.match(/^\| `GET \/é\/\d+` \|/gm)!.length;
    expect(text).toContain(
      `\n\nLeft out here for want of room: ${20_000 - shown} routes; the lockfile has all of them.\n`,
    );
    expect(text).toMatch(/<\/details>\n$/);
  });

  it('shows changes first', () => {
    const text = markdownOf(
      lockOf(['/one']),
      many('long').map((path) => widened(`${path}/${'x'.repeat(60)}`)),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    expect(text).toMatch(
      /\n\nLeft out here for want of room: \d+ changes; the output of the command has all of them\.\n/,
    );
    expect(text).toContain('Left out here for want of room: 1 routes;');
  });

  it.each([
    ['/a|b', '`GET /a\\|b`'],
    ['/a\\|b', '`GET /a\\\\\\|b`'],
    ['/a\\\\|b', '`GET /a\\\\\\\\\\|b`'],
    ['/a\\b', '`GET /a\\b`'],
  ])('keeps the row of %s whole', (path, written) => {
    const row = markdownOf(lockOf([path]), [])
      .split('\n')
      .find((line) => line.startsWith('| `GET'))!;
    expect(row).toContain(`| ${written} |`);
    // As parsers of tables read it: a backslash takes the next character with it.
    expect(row.replaceAll(/\\[\\|]/g, '').split('|')).toHaveLength(6);
  });
});
