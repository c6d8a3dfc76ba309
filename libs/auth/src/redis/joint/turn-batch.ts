import type { RedisConnection } from '../redis-connection.js';

/** How a {@link TurnBatch} sends what it collected. */
export interface TurnBatchOptions<Question, Answer> {
  /** Greatest size of one batch: a larger command would keep other clients of Redis waiting. */
  readonly maxSize: number;
  /** What one question adds to the size. */
  sizeOf(question: Question): number;
  /** Sends the questions as one command; one answer for each, in their order. @throws AuthError `store_unavailable` */
  send(questions: readonly Question[]): Promise<readonly Answer[]>;
}

/** What is made of an answer, in the turn in which it comes: to wait for it in each layer would cost a promise each. */
export interface Answered<Answer, Result> {
  answered(answer: Answer): Result | Promise<Result>;
  /** Where there is no answer. @throws what is made of it */
  failed(error: unknown): Result | Promise<Result>;
}

interface Batch<Question, Answer> {
  readonly questions: Question[];
  size: number;
  readonly answers: Promise<readonly Answer[]>;
}

/**
 * Collects what is asked during one turn of the event loop and sends it as one command at the end of the turn. So
 * concurrent requests share a round trip, and a request that is alone waits for no other. A command on a Cluster must
 * stay in one slot: there each hash tag has a batch of its own.
 */
export class TurnBatch<Question, Answer> {
  private readonly collecting = new Map<string, Batch<Question, Answer>>();
  private readonly isCluster: boolean;

  constructor(
    { isCluster }: { readonly isCluster: boolean },
    private readonly options: TurnBatchOptions<Question, Answer>,
  ) {
    this.isCluster = isCluster;
  }

  /** Asks a question about keys under one hash tag. @throws AuthError `store_unavailable`, all questions of the batch alike */
  ask(tag: string, question: Question): Promise<Answer> {
    const batch = this.batchFor(tag, question);
    const place = batch.questions.length - 1;
    return batch.answers.then((answers) => answers[place]!);
  }

  /** {@link ask}, and what is made of the answer. */
  askFor<Result>(tag: string, question: Question, asker: Answered<Answer, Result>): Promise<Result> {
    const batch = this.batchFor(tag, question);
    const place = batch.questions.length - 1;
    return batch.answers.then(
      (answers) => asker.answered(answers[place]!),
      (error: unknown) => asker.failed(error),
    );
  }

  /** A batch with the question as its last one. */
  private batchFor(tag: string, question: Question): Batch<Question, Answer> {
    const group = this.isCluster ? tag : '';
    const size = this.options.sizeOf(question);
    let batch = this.collecting.get(group);
    if (batch === undefined || batch.size + size > this.options.maxSize) {
      const questions: Question[] = [];
      batch = { questions, size: 0, answers: this.sendAtEndOfTurn(group, questions) };
      this.collecting.set(group, batch);
    }
    batch.size += size;
    batch.questions.push(question);
    return batch;
  }

  private async sendAtEndOfTurn(group: string, questions: readonly Question[]): Promise<readonly Answer[]> {
    await new Promise((endOfTurn) => {
      setImmediate(endOfTurn);
    });
    // A full batch may have been replaced by the next one already.
    if (this.collecting.get(group)?.questions === questions) this.collecting.delete(group);
    return this.options.send(questions);
  }
}

/** What keys hold, in their order. */
export type KeyValues = readonly (string | null)[];

// ioredis gives up after a few attempts, each with an error of its own.
const IS_MOVING = /TRYAGAIN|Too many Cluster redirections/;

/**
 * Reads keys of one slot with one command. While a Cluster moves the slot, the keys may be on two servers, and only commands
 * with a single key find them.
 */
export async function readValues(connection: RedisConnection, keys: readonly string[]): Promise<KeyValues> {
  try {
    return (await connection.call('mget', ...keys)) as KeyValues;
  } catch (error) {
    if (!(error instanceof Error && IS_MOVING.test(error.message))) throw error;
    return Promise.all(keys.map(async (key) => (await connection.call('get', key)) as string | null));
  }
}

// One MGET of this size takes Redis a fraction of a millisecond.
const MAX_KEYS = 2_000;

/** Reads of some keys each: those of one turn are one `MGET`. */
export function batchedReads(redis: {
  readonly isCluster: boolean;
  values(keys: readonly string[]): Promise<KeyValues>;
}): TurnBatch<readonly string[], KeyValues> {
  return new TurnBatch<readonly string[], KeyValues>(redis, {
    maxSize: MAX_KEYS,
    sizeOf: (keys) => keys.length,
    async send(questions) {
      const values = await redis.values(questions.flat());
      let from = 0;
      return questions.map(({ length }) => values.slice(from, (from += length)));
    },
  });
}
