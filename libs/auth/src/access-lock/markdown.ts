import type { AccessLock, RouteFacts } from './lock/access-lock.js';
import type { Change } from './changes/change.js';
import { routeName, whoPasses } from './lock/words.js';

/** GitHub shows a summary of a step of up to 1 MiB, and other steps may write there too: a page that is longer is not shown at all. */
const MOST_BYTES = 900 * 1024;

/** What a pull request is shown: what has changed, and below it, folded, who may call what. */
export function markdownOf(lock: AccessLock, changes: readonly Change[] | undefined): string {
  const { roles, routes } = lock;
  const room = new Room(MOST_BYTES);
  return [
    '## Who may call what',
    '',
    ...changeLines(changes, room),
    '',
    '<details>',
    `<summary>${routes.size} routes, ${roles.size} roles</summary>`,
    '',
    ...table(
      ['route', 'asks for', 'who passes', 'also'],
      [...routes].map(([route, facts]) => [
        code(routeName(route)),
        facts.requires.map(code).join('<br>') || (facts.open ?? '-'),
        whoPasses(facts.passes),
        alsoOf(facts).join('<br>'),
      ]),
      { room, what: 'routes', where: 'the lockfile has all of them' },
    ),
    '',
    '</details>',
    '',
  ].join('\n');
}

/** How much may still be written: what comes first has it first. */
class Room {
  constructor(private left: number) {}

  /** The first ones that there is room for. */
  take(lines: readonly string[]): readonly string[] {
    const end = lines.findIndex((line) => {
      this.left -= Buffer.byteLength(line) + 1;
      return this.left < 0;
    });
    return end < 0 ? lines : lines.slice(0, end);
  }
}

function changeLines(changes: readonly Change[] | undefined, room: Room): readonly string[] {
  if (changes === undefined) return ['There was no lockfile to compare with.'];
  if (changes.length === 0) return ['Nothing has changed.'];
  return table(
    ['', 'where', 'for whom', 'why'],
    changes.map(({ kind, subject, whom, why }) => [`**${kind}**`, code(subject), whom, why]),
    { room, what: 'changes', where: 'the output of the command has all of them' },
  );
}

function alsoOf({ guards, owner, login, proof, limits }: RouteFacts): readonly string[] {
  return [
    ...(guards === 'nobody' ? ['**no guard**'] : []),
    ...(owner ? ['or the owner'] : []),
    ...login.map((fact) => `login ${fact}`),
    ...(proof ? ['token bound to a key'] : []),
    ...[...(limits ?? [])].map(([name, limit]) => `${name}: ${limit}`),
  ];
}

/** What is left out of a table for want of room, and where it is. */
interface Cut {
  readonly room: Room;
  readonly what: string;
  readonly where: string;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { room, what, where }: Cut,
): readonly string[] {
  const lineOf = (row: readonly string[]): string => `| ${row.map(cell).join(' | ')} |`;
  const shown = room.take(rows.map(lineOf));
  const missing = rows.length - shown.length;
  const note = missing === 0 ? [] : ['', `Left out here for want of room: ${missing} ${what}; ${where}.`];
  return [lineOf(head), lineOf(head.map(() => '---')), ...shown, ...note];
}

/** Rows are split before anything else is read: of two backslashes before a bar each pair is one, and the bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll(/(\\*)\|/g, '$1$1\\|').replaceAll(/[\r\n]+/g, ' ');
}

/** A backtick would end the code, so a text with one is written without. */
function code(text: string): string {
  return text.includes('`') ? text.replaceAll('<', '&lt;') : `\`${text}\``;
}
