/**
 * Begins cases all at once, for those that wait for servers and processes most of their time.
 * @returns what a test of each calls to be told how it ended
 */
export function begunAtOnce(cases: readonly (() => Promise<void>)[]): readonly (() => Promise<void>)[] {
  let endings: readonly Promise<void>[] = [];
  beforeAll(() => {
    endings = cases.map((run) => run());
    // A failure is told by the test of the case, which may come later.
    for (const ending of endings) ending.catch(() => undefined);
  });
  return cases.map((_, at) => () => endings[at]!);
}
