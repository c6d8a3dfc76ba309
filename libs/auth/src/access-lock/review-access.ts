import { readFile, writeFile } from 'node:fs/promises';
import type { AccessReview } from '../command/reviewer.js';
import type { CommandStreams } from '../command/command.js';
import { systemCode } from '../files/guarded-files.js';
import { AccessDefinitionError } from '../rbac/graph/access-definition.error.js';
import { roleSvg } from '../rbac/drawing/role-svg.js';
import type { AccessLock } from './lock/access-lock.js';
import { accessOf } from './facts/access-of-app.js';
import { withBooted } from './booted-app.js';
import { type Change, changeLine, summaryOf } from './changes/change.js';
import { compareLocks } from './changes/compare-locks.js';
import { LockFileError, readLock, writeLock } from './lock/lock-file.js';
import { LockedGraph } from './lock/locked-graph.js';
import { markdownOf } from './markdown.js';
import { ReviewError } from './review-error.js';

type Streams = Pick<CommandStreams, 'out' | 'err'>;

const UNGUARDED =
  'neither AuthModule nor RbacModule is in this app, so there is nothing to tell: import AuthModule.forRoot() in its root module';
const ACCEPT = 'Accept this with --update, and commit the file.';

/**
 * Compares the lockfile with the app, or writes it. Answers the exit code: 0 when they are the same, 1 when they differ.
 * @throws ReviewError, LockFileError, or what kept the app from starting
 */
export async function reviewAccess(review: AccessReview, streams: Streams): Promise<0 | 1> {
  const before = await lockIn(review, streams);
  const { found: now, isClosed } = await withBooted(review.app, { ms: review.timeoutMs }, accessOf);
  if (!isClosed) streams.err('the app does not close; what is told of it holds all the same');
  if (now === undefined) throw new ReviewError(UNGUARDED);
  const changes = before && compareLocks(before, now);
  await Promise.all([
    review.markdown && written(review.markdown, markdownOf(now, changes)),
    review.svg && written(review.svg, `${roleSvg(rolesOf(now))}\n`),
  ]);
  return conclude(review, now, changes, streams);
}

async function conclude(
  { file, mode }: AccessReview,
  now: AccessLock,
  changes: readonly Change[] | undefined,
  { out }: Streams,
): Promise<0 | 1> {
  const size = `${now.routes.size} routes, ${now.roles.size} roles`;
  for (const change of changes ?? []) out(changeLine(change));
  if (changes?.length === 0) {
    out(`${file}: ${size}, as locked`);
    return 0;
  }
  const told = changes === undefined ? size : summaryOf(changes);
  if (changes !== undefined && mode !== 'update') {
    out(`${file}: ${told}. ${ACCEPT}`);
    return 1;
  }
  await written(file, writeLock(now));
  out(`${file}: ${told}, written`);
  return 0;
}

/** What is locked; `undefined` where there is nothing to compare with and nothing has to be. */
async function lockIn({ file, mode }: AccessReview, { err }: Streams): Promise<AccessLock | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ReviewError(`${file} can't be read (${systemCode(error)})`);
  });
  if (text === undefined && mode === 'check')
    throw new LockFileError(`${file} is not there: run the command without --check, and commit the file`);
  try {
    return text === undefined ? undefined : sound(readLock(text));
  } catch (error) {
    if (!(error instanceof LockFileError)) throw error;
    if (mode !== 'update') throw new LockFileError(`${file} ${error.message}`);
    err(`${file} ${error.message}; so it was compared with nothing`);
    return undefined;
  }
}

/** Merged by hand, a file may have roles that no app can have: the fault is the file's, and not the app's. */
function sound(lock: AccessLock): AccessLock {
  try {
    void new LockedGraph(lock);
    return lock;
  } catch (error) {
    if (!(error instanceof AccessDefinitionError)) throw error;
    throw new LockFileError(`is damaged: ${error.message}`);
  }
}

async function written(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new ReviewError(`${file} can't be written (${systemCode(error)})`);
  });
}

function rolesOf({ roles }: AccessLock) {
  return [...roles].map(([name, role]) => ({ name, ...role }));
}
