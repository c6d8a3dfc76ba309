import type { RedisCalls } from '../calls.js';
import type { RedisScript } from '../redis-script.js';
import { TurnBatch } from './turn-batch.js';
import { jointScript } from './joint-script.lua.js';

type Arguments = readonly (string | number | Buffer)[];

interface ScriptRun {
  readonly script: RedisScript;
  readonly keys: readonly string[];
  readonly args: Arguments;
  readonly needsRoom: boolean;
}

/** What a script replied; `undefined`: it failed. */
type Outcome = { readonly reply: unknown } | undefined;

// Some of the largest logins. A longer script would keep other clients of Redis waiting.
const MAX_KEYS = 256;

/**
 * Runs different scripts of one turn of the event loop as one, so that what is asked at the same time is one command, whoever asks
 * it. On a Cluster those under one hash tag are.
 */
export class JointRuns {
  private readonly batch: TurnBatch<ScriptRun, Outcome>;
  /** One script for each set of others, of which there are few. */
  private readonly scripts = new Map<string, RedisScript>();

  constructor(private readonly redis: Pick<RedisCalls, 'isCluster' | 'run'>) {
    this.batch = new TurnBatch(redis, {
      maxSize: MAX_KEYS,
      sizeOf: ({ keys }) => keys.length,
      send: (runs) => this.send(runs),
    });
  }

  /**
   * Runs a script, together with the others of this turn. Each is atomic by itself, and does what it does alone.
   * @param needsRoom whether it is to be refused while Redis' memory is full: that is decided before anything is written
   * @throws AuthError `store_unavailable`
   */
  async run(
    script: RedisScript,
    keys: readonly string[],
    args: Arguments,
    needsRoom = false,
  ): Promise<unknown> {
    const outcome = await this.batch.ask(tagOf(keys[0] ?? ''), { script, keys, args, needsRoom });
    // What failed beside others is asked alone, so that its failure is its own.
    return outcome === undefined ? this.redis.run(script, keys, args) : outcome.reply;
  }

  private async send(asked: readonly ScriptRun[]): Promise<readonly Outcome[]> {
    const [first] = asked;
    if (first === undefined || asked.length === 1)
      return [{ reply: first && (await this.redis.run(first.script, first.keys, first.args)) }];
    const runs = asked.toSorted((a, b) => Number(b.needsRoom) - Number(a.needsRoom));
    const scripts = [...new Set(runs.map(({ script }) => script))].toSorted(byName);
    const replies = (await this.redis.run(
      this.jointOf(scripts),
      runs.flatMap(({ keys }) => keys),
      runs.flatMap(({ script, keys, args }) => [
        scripts.indexOf(script) + 1,
        keys.length,
        args.length,
        ...args,
      ]),
    )) as readonly (readonly unknown[] | null)[];
    return asked.map((run) => {
      const answer = replies[runs.indexOf(run)];
      return Array.isArray(answer) ? { reply: answer[0] } : undefined;
    });
  }

  private jointOf(scripts: readonly RedisScript[]): RedisScript {
    const name = scripts.map((script) => script.name).join('+');
    let joint = this.scripts.get(name);
    if (joint === undefined) this.scripts.set(name, (joint = jointScript(name, scripts)));
    return joint;
  }
}

function byName(a: RedisScript, b: RedisScript): number {
  return a.name < b.name ? -1 : 1;
}

function tagOf(key: string): string {
  return key.slice(key.indexOf('{'), key.indexOf('}'));
}
