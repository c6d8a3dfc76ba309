/**
 * For a command that runs an app of somebody else: what that prints goes to standard error, so that standard output has the result
 * and nothing else. An app that ends the process ends it as a failure, since 1 says that something differs.
 */
export function onlyResult(): { readonly out: (line: string) => void; readonly end: (code: number) => void } {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  let isDone = false;
  process.once('exit', () => {
    if (isDone) return;
    stderr.write(
      'gatehouse: the app has ended the process before it was looked at; what it printed says why\n',
    );
    process.exitCode = 2;
  });
  return {
    out: (line) => void write(`${line}\n`),
    // The app may have left timers and connections behind.
    end: (code) => {
      isDone = true;
      write('', () => process.exit(code));
    },
  };
}
