import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCatalogueEntry, errorCatalogue } from 'nestjs-gatehouse';

const challenges = { bare: 'scheme and realm', error: '`error=…`' };

function row([code, { status, title, oauthError, challenge }]: [string, ErrorCatalogueEntry]): string[] {
  return [
    `\`${code}\``,
    String(status),
    title,
    oauthError === undefined ? '' : `\`${oauthError}\``,
    challenge === undefined ? '' : challenges[challenge],
  ];
}

describe('the error table', () => {
  it('[07] of the README is the catalogue', () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const [, table = ''] = /<!-- errors:[^>]*-->\n([\s\S]*?)<!-- \/errors -->/.exec(readme) ?? [];
    const cells = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(cells).toEqual(Object.entries(errorCatalogue).map(row));
  });
});
