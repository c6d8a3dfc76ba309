import type { Attributes, Histogram } from '@opentelemetry/api';
import type { MeasuredAuth } from '../observability/measured.js';
import { around, type Undo, watched } from './around.js';
import type { InstrumentMaker } from './instrument-maker.js';
import { attribute, instruments } from './instruments.js';

type Redis = NonNullable<MeasuredAuth['redis']>;
type FailureOf = MeasuredAuth['failureOf'];

// Which scripts leave together is chance: there would be a name for each set of them.
const JOINT = 'joint';

/** Calls to Redis, those that nobody waits for as well, and the servers that are taken for dead. */
export class RedisMetrics {
  private readonly durations: Histogram;

  constructor(private readonly maker: InstrumentMaker) {
    this.durations = maker.histogram(instruments.redisCalls);
  }

  /** @returns what ends it */
  watch(redis: Redis, failureOf: FailureOf): Undo[] {
    this.maker.report(instruments.silentServers, (result) => result.observe(redis.silentServers));
    return [redis, redis.unasked].flatMap((calls) => [
      around(
        calls,
        'call',
        (call) => this.timed(call, failureOf, (command) => operation(command)) as typeof call,
      ),
      around(calls, 'values', (read) => this.timed(read, failureOf, () => operation('mget')) as typeof read),
      around(
        calls,
        'run',
        (run) => this.timed(run, failureOf, ({ name }) => scriptNamed(name)) as typeof run,
      ),
    ]);
  }

  private timed<Given extends unknown[], Reply>(
    call: (...given: Given) => Promise<Reply>,
    failureOf: FailureOf,
    attributesOf: (...given: Given) => Attributes,
  ): (...given: Given) => Reply | Promise<Reply> {
    return (...given) => {
      const startedAt = performance.now();
      const note = (more: Attributes): void =>
        this.durations.record((performance.now() - startedAt) / 1000, { ...attributesOf(...given), ...more });
      return watched(
        call,
        () => note({}),
        (error) => note({ [attribute.error]: failureOf(error).type }),
      )(...given);
    };
  }
}

function operation(command: string): Attributes {
  return { [attribute.system]: 'redis', [attribute.operation]: command.toUpperCase() };
}

function scriptNamed(name: string): Attributes {
  return { ...operation('evalsha'), [attribute.script]: name.includes('+') ? JOINT : name };
}
