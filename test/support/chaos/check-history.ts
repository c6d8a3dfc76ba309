import { explainSession, type Unexplained } from './explain-session.js';
import type { FaultSpan, History, Operation, Request } from './operation.js';
import type { SessionTerms, SessionWorld } from './session-world.js';

/** What may be answered. 400 and 401 have to be explained besides; 503 says when to return. */
const STATUSES: Readonly<Record<Request['do'], readonly number[]>> = {
  login: [200, 503],
  use: [200, 401, 503],
  refresh: [200, 400, 503],
  logout: [204, 401, 503],
  'logout-all': [204, 401, 503],
};
/** Of a session no more than the last so many lines are shown. */
const SHOWN_LINES = 20;

/**
 * Replays a history against the model of sessions.
 * @returns what is wrong with it, with the smallest piece that shows it; empty when all of it can be explained
 */
export function faultsOf(history: History, terms: SessionTerms): readonly string[] {
  return [
    ...history.operations.flatMap((operation) => wrongAnswer(operation) ?? []),
    ...twoSuccessors(history.operations),
    ...inexplicable(history, terms),
  ];
}

function wrongAnswer(operation: Operation): string | undefined {
  const { status, hasRetryAfter } = operation.answer;
  if (!STATUSES[operation.request.do].includes(status)) return `not to be answered: ${lineOf(operation)}`;
  if (status === 503 && !hasRetryAfter) return `doesn't say when to return: ${lineOf(operation)}`;
  return undefined;
}

/** A refresh token has one successor, for good: whatever was answered with a generation is one token. */
function twoSuccessors(operations: readonly Operation[]): readonly string[] {
  const known = new Map<string, Operation>();
  return operations.flatMap((operation) => {
    const { granted } = operation.answer;
    if (granted === undefined) return [];
    const name = `${granted.session}.${granted.generation}`;
    const first = known.get(name) ?? operation;
    known.set(name, first);
    if (first.answer.granted?.refreshToken === granted.refreshToken) return [];
    return [`two successors of one refresh token:\n  ${lineOf(first)}\n  ${lineOf(operation)}`];
  });
}

function inexplicable({ operations, faults }: History, terms: SessionTerms): readonly string[] {
  return [...bySession(operations)].flatMap(([session, own]) => {
    const unexplained = explainSession(session, own, faults, terms);
    return unexplained === undefined ? [] : [pieceOf(session, own, faults, unexplained)];
  });
}

/** What concerns each session: what was done with it, and logouts of its user everywhere. */
function bySession(operations: readonly Operation[]): ReadonlyMap<number, readonly Operation[]> {
  const users = new Map<number, number>();
  for (const { user, answer } of operations)
    if (answer.granted !== undefined) users.set(answer.granted.session, user);
  const concerns = (session: number, { request, answer }: Operation): boolean =>
    request.do === 'logout-all' || (request.do === 'login' ? answer.granted : request)?.session === session;
  return new Map(
    [...users].map(([session, user]) => [
      session,
      operations.filter((each) => each.user === user && concerns(session, each)),
    ]),
  );
}

/** What happened to the session until then, equal answers in a row as one line, and the faults meanwhile. */
function pieceOf(
  session: number,
  operations: readonly Operation[],
  faults: readonly FaultSpan[],
  { operation, worlds }: Unexplained,
): string {
  const upTo = operations.filter(({ invokedAt }) => invokedAt <= operation.completedAt);
  const lines = collapsed(upTo).slice(-SHOWN_LINES);
  const since = lines[0]?.at ?? 0;
  const fault = ({ name, beganAt, settledAt }: FaultSpan) => ({
    at: beganAt,
    text: `${ms(beganAt)}-${ms(settledAt)} ${name}`,
  });
  const meanwhile = faults
    .filter((each) => each.settledAt >= since && each.beganAt <= operation.completedAt)
    .map(fault);
  const shown = [...lines, ...meanwhile].sort((a, b) => a.at - b.at).map(({ text }) => text);
  return [
    `nothing explains: ${lineOf(operation)}`,
    `it was before: ${worlds.map(worldText).join(', or ')}`,
    `of session ${session}, ${operations.length} operations:`,
    ...shown,
  ].join('\n  ');
}

function collapsed(operations: readonly Operation[]): readonly { at: number; text: string }[] {
  const lines: { at: number; text: string; name: string; count: number }[] = [];
  for (const operation of operations) {
    const { request, answer, invokedAt: at } = operation;
    const last = lines.at(-1);
    const name = JSON.stringify([request, answer]);
    if (last?.name !== name) lines.push({ at, text: lineOf(operation), name, count: 1 });
    else last.count += 1;
  }
  return lines.map(({ at, text, count }) => ({ at, text: count === 1 ? text : `${text} (${count} times)` }));
}

/** One operation, without any token. */
function lineOf({ user, instance, request, invokedAt, completedAt, answer }: Operation): string {
  const { status, granted } = answer;
  const result = granted === undefined ? '' : ` ${granted.session}.${granted.generation}/${granted.answer}`;
  return `${ms(invokedAt)}-${ms(completedAt)} user ${user} at ${instance}: ${requestText(request)} → ${status}${result}`;
}

function requestText(request: Request): string {
  if (request.do === 'login') return 'login';
  if (request.do === 'refresh') return `refresh ${request.session}.${request.presented}`;
  const { generation, answer } = request.shown;
  return `${request.do} ${request.session}.${generation}/${answer}`;
}

function worldText({ hasBegun, hasEnded, generation, lostAnswers, isUsed }: SessionWorld): string {
  if (!hasBegun) return 'not opened';
  const used = isUsed ? ', used' : '';
  return `${hasEnded ? 'ended' : 'live'} at ${generation}/${lostAnswers}${used}`;
}

function ms(instant: number): string {
  return instant.toFixed(0);
}
