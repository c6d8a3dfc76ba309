import type { AccessLock, RouteFacts } from './lock/access-lock.js';
import type { Change } from './changes/change.js';
import { routeName, whoPasses } from './lock/words.js';

/** What a pull request is shown: what has changed, and below it, folded, who may call what. */
export function markdownOf(lock: AccessLock, changes: readonly Change[] | undefined): string {
  const { roles, routes } = lock;
  return [
    '## Who may call what',
    '',
    ...changeLines(changes),
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
    ),
    '',
    '</details>',
    '',
  ].join('\n');
}

function changeLines(changes: readonly Change[] | undefined): readonly string[] {
  if (changes === undefined) return ['There was no lockfile to compare with.'];
  if (changes.length === 0) return ['Nothing has changed.'];
  return table(
    ['', 'where', 'for whom', 'why'],
    changes.map(({ kind, subject, whom, why }) => [`**${kind}**`, code(subject), whom, why]),
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/[\r\n]+/g, ' ');
}

/** A backtick would end the code, so a text with one is written without. */
function code(text: string): string {
  return text.includes('`') ? text.replaceAll('<', '&lt;') : `\`${text}\``;
}
