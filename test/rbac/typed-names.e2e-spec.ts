import { join } from 'node:path';
import ts from 'typescript';

const host: ts.ParseConfigFileHost = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
    throw new Error(textOf(diagnostic));
  },
};
// Both projects read the same sources: each is parsed once.
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * What the compiler says about the files of a project; nothing when every line is right and every `@ts-expect-error` is
 * needed. What those files import isn't looked at: `npm run typecheck` does that.
 */
function complaintsAbout(project: string): readonly string[] {
  const folder = join(__dirname, 'typed-names', project);
  const config = ts.getParsedCommandLineOfConfigFile(join(folder, 'tsconfig.json'), {}, host);
  const { options = {}, fileNames = [] } = config ?? {};
  const compilerHost = ts.createCompilerHost(options);
  const { getSourceFile } = compilerHost;
  compilerHost.getSourceFile = (file, ...rest) => {
    if (!parsed.has(file)) parsed.set(file, getSourceFile(file, ...rest));
    return parsed.get(file);
  };
  const program = ts.createProgram(fileNames, options, compilerHost);
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  expect(own.length).toBeGreaterThan(0);
  const found = own.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  return [...program.getConfigFileParsingDiagnostics(), ...program.getOptionsDiagnostics(), ...found].map(
    textOf,
  );
}

function textOf({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line =
    file === undefined ? '' : `${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1} `;
  return line + ts.flattenDiagnosticMessageText(messageText, '\n');
}

describe('types of names', () => {
  it.each(['registered', 'unregistered'])(
    '%s definition: right code compiles, wrong code does not',
    (project) => {
      expect(complaintsAbout(project)).toEqual([]);
    },
  );
});
