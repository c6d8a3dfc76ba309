import type { Redis } from 'ioredis';
import { type RunnableScript, worldRunner } from './world-runner.lua.js';

/** All instants of worlds are multiples of this: what the server takes meanwhile is far less. */
export const QUANTUM_MS = 10_000;
/** So many worlds are one round trip. */
const AT_ONCE = 500;

/** What a script is run on, and with. */
export interface Run {
  readonly script: string;
  /** The keys of the world, as the run before left them; empty for none. */
  readonly keys: string;
  readonly now: number;
  /** How much the clock of the asking instance is ahead of the server's. */
  readonly aheadMs: number;
  readonly names: readonly string[];
  readonly args: readonly (string | number)[];
}

/** What came of it. */
export interface Ran {
  readonly reply: unknown;
  readonly keys: string;
  /** What the feed was told: kind and id. */
  readonly told: readonly (readonly [kind: string, id: string])[];
  /** Keys that would never expire. */
  readonly lasting: readonly string[];
  /** Whether it counts as a decision: it moved the revision. */
  readonly hasDecided: boolean;
}

interface Asked {
  readonly run: Run;
  done(ran: Ran): void;
  fail(error: Error): void;
}

type Reply = [[unknown], Buffer, Buffer[], Buffer[], number];

/** A Redis that holds nothing but the world whose turn it is. What is asked in one turn of the event loop is sent together. */
export class WorldServer {
  /** Runs so far. */
  runs = 0;
  private asked: Asked[] = [];
  private readonly source: string;
  private sha: string | undefined;

  constructor(
    private readonly connection: Redis,
    scripts: readonly RunnableScript[],
  ) {
    this.source = worldRunner(scripts, QUANTUM_MS);
  }

  run(run: Run): Promise<Ran> {
    this.runs += 1;
    if (this.asked.length === 0) setImmediate(() => void this.send());
    return new Promise((done, fail) => this.asked.push({ run, done, fail }));
  }

  private async send(): Promise<void> {
    const all = this.asked;
    this.asked = [];
    for (let from = 0; from < all.length; from += AT_ONCE)
      await this.sendSome(all.slice(from, from + AT_ONCE));
  }

  private async sendSome(asked: readonly Asked[]): Promise<void> {
    try {
      this.sha ??= String(await this.connection.call('script', 'load', this.source));
      const args = asked.flatMap(({ run }) => [
        run.script,
        String(run.now),
        String(run.aheadMs),
        ...[run.keys, packed(run.names), packed(run.args.map(String))].map((text) =>
          Buffer.from(text, 'latin1'),
        ),
      ]);
      const replies = (await this.connection.callBuffer('evalsha', this.sha, 0, ...args)) as Reply[];
      asked.forEach(({ done }, place) => done(ranOf(replies[place]!)));
    } catch (error) {
      for (const { fail } of asked) fail(error as Error);
    }
  }
}

function ranOf([[reply], keys, told, lasting, decided]: Reply): Ran {
  if (reply instanceof Error) throw reply;
  const texts = told.map(String);
  return {
    reply: readable(reply),
    keys: keys.toString('latin1'),
    told: texts.flatMap((kind, at) => (at % 2 === 0 ? [[kind, texts[at + 1] ?? ''] as const] : [])),
    lasting: lasting.map(String),
    hasDecided: decided === 1,
  };
}

/** As ioredis gives replies to whoever asks for text. */
function readable(reply: unknown): unknown {
  if (Buffer.isBuffer(reply)) return reply.toString();
  return Array.isArray(reply) ? reply.map(readable) : (reply ?? null);
}

/** Parts in one text, each with its length in front; every character is a byte. */
export function packed(parts: readonly string[]): string {
  return parts.map((part) => lengthOf(part) + part).join('');
}

export function unpacked(text: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = Buffer.from(text.slice(at, at + 4), 'latin1').readUInt32BE();
    parts.push(text.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}

function lengthOf({ length }: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes.toString('latin1');
}
