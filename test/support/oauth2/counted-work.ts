import { Redis } from 'ioredis';
import type { Answer } from '../app/client.js';

const crypto = jest.requireActual<typeof import('node:crypto')>('node:crypto');
const COSTLY = ['createHash', 'createHmac', 'createPublicKey', 'sign', 'timingSafeEqual', 'verify'] as const;
/** What connections ask by themselves. */
const OF_CONNECTIONS = new Set(['ping', 'info', 'subscribe', 'client', 'hello', 'role', 'time']);
const ROUNDS = 3;

/** Counts what is done for a request: what takes time on our side, whatever the clock says. */
export class CountedWork {
  private readonly counts = new Map<string, number>();
  private redis: Redis | undefined;

  note(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** A client of Redis whose commands count. */
  connect(url: string): Redis {
    const redis = new Redis(url);
    this.redis = redis;
    const send = redis.sendCommand.bind(redis);
    redis.sendCommand = (command, ...more) => {
      if (!OF_CONNECTIONS.has(command.name)) this.note(`redis ${command.name}`);
      return send(command, ...more);
    };
    return redis;
  }

  close(): void {
    this.redis?.disconnect();
  }

  /** What a request is answered, and what was done for it: the least of some rounds, since other things go on as well. */
  async of(request: () => Promise<Answer>): Promise<{ readonly answer: string; readonly work: object }> {
    const answers: string[] = [];
    const rounds: ReadonlyMap<string, number>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      answers.push(textOf(await this.during(request)));
      rounds.push(new Map(this.counts));
    }
    const least = [...(rounds[0]?.keys() ?? [])].map((name) => {
      return [name, Math.min(...rounds.map((each) => each.get(name) ?? 0))] as const;
    });
    expect(new Set(answers).size).toBe(1);
    const work = Object.fromEntries(least.filter(([, times]) => times > 0));
    return { answer: answers[0] ?? '', work };
  }

  private async during(request: () => Promise<Answer>): Promise<Answer> {
    this.counts.clear();
    const spies = COSTLY.map((name) => {
      const real = crypto[name] as (...parameters: unknown[]) => unknown;
      const counted = (...parameters: unknown[]): unknown => {
        this.note(name);
        return real(...parameters);
      };
      return jest.spyOn(crypto, name).mockImplementation(counted as never);
    });
    try {
      return await request();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }
}

/** An answer as it goes over the line, but for what a clock writes there. */
function textOf({ status, headers, text }: Answer): string {
  const lines = [...headers].filter(([name]) => name !== 'date').map((line) => line.join(': '));
  return [status, ...lines, text].join('\n');
}
