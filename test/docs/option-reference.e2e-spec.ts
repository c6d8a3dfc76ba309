import { codeRows, codeSpans, markdown } from './markdown.js';
import { optionPaths } from './option-names.js';

// Sections with a name in code are groups of options; these two are options and extras of the module itself.
const PROVIDERS =
  /^(?:userAuthenticator|credentialSchemes\[\]|oauth\.clients|oauth\.interaction|oauth\.grants\[\])\./;
const TOP_LEVEL = ['Options of the module', 'Extras'];

/** The options that the page lists, as paths. */
function listedPaths(): string[] {
  const [, ...sections] = markdown('docs/reference/options.md').split('\n## ');
  return sections.flatMap((section) => {
    const [heading = ''] = section.split('\n', 1);
    const prefix = TOP_LEVEL.includes(heading) ? '' : `${codeSpans(heading)[0]}.`;
    return codeRows(section).map(([cell = '']) => `${prefix}${codeSpans(cell)[0]}`);
  });
}

/** A path whose only use is to lead to others needs no line of its own. */
const withoutFolders = (paths: readonly string[], listed: readonly string[]): string[] =>
  paths.filter(
    (path) =>
      listed.includes(path) ||
      !paths.some((other) => /^(?:\.|\[)/.test(other.replace(path, '')) && other.startsWith(path)),
  );

describe('the reference of options', () => {
  it('lists every option at every depth that the types know, and no other', () => {
    const known = [
      ...optionPaths('options/auth-module-options.ts', 'AuthModuleOptions'),
      ...optionPaths('module/auth-module-extras.ts', 'AuthModuleExtras'),
      // Nest's ways to write a provider are no options of ours.
    ].filter((path) => !PROVIDERS.test(path));
    const listed = listedPaths();
    expect(listed.length).toBe(new Set(listed).size);
    expect([...listed].sort()).toEqual(withoutFolders(known, listed).sort());
  });
});
