import type { RedisConnection } from '../redis/redis-connection.js';

/** What is asked of a client, how it is written, and whether the client has it. */
interface Line {
  readonly text: string;
  holds(options: Readonly<Record<string, unknown>>): boolean;
}

// A command of a request that was refused meanwhile must not be carried out later.
const NO_QUEUE: Line = {
  text: 'enableOfflineQueue: false',
  holds: ({ enableOfflineQueue }) => enableOfflineQueue === false,
};
const NO_RETRY: Line = {
  text: 'maxRetriesPerRequest: 0',
  holds: ({ maxRetriesPerRequest: retries }) => typeof retries === 'number' && retries <= 1,
};
const NO_RESEND: Line = {
  text: 'autoResendUnfulfilledCommands: false',
  holds: ({ autoResendUnfulfilledCommands }) => autoResendUnfulfilledCommands === false,
};
// What it does is the host's affair; without one, a demoted master is kept for good.
const LEAVES_REPLICAS: Line = {
  text: "reconnectOnError: (error) => error.message.includes('READONLY')",
  holds: ({ reconnectOnError }) => typeof reconnectOnError === 'function',
};
const LEAVES_SILENCE: Line = {
  text: 'socketTimeout: 2000',
  holds: ({ socketTimeout }) => typeof socketTimeout === 'number' && socketTimeout > 0,
};
const OF_CLIENT = [NO_QUEUE, NO_RETRY, NO_RESEND, LEAVES_REPLICAS, LEAVES_SILENCE];

/**
 * One warning that names the options which a client of the host lacks; `undefined` when it lacks none, or is of another kind
 * than `Redis` and `Cluster` of ioredis, and iovalkey.
 */
export function clientWarning(connection: RedisConnection): string | undefined {
  const { options } = connection as { readonly options?: unknown };
  if (!isRecord(options)) return undefined;
  const lacking = connection.isCluster === true ? ofCluster(options) : missing(OF_CLIENT, options);
  if (lacking.length === 0) return undefined;
  return `The Redis client given keeps commands for later, or a demoted or frozen server; make it with ${lacking.join(', ')}.`;
}

/** Connections to nodes have options of their own. A Cluster client looks for masters, and sends again, whatever they say. */
function ofCluster(options: Readonly<Record<string, unknown>>): string[] {
  const { redisOptions } = options;
  const ofNodes = missing([LEAVES_SILENCE], isRecord(redisOptions) ? redisOptions : {});
  return [...missing([NO_QUEUE], options), ...ofNodes.map((text) => `redisOptions: { ${text} }`)];
}

function missing(lines: readonly Line[], options: Readonly<Record<string, unknown>>): string[] {
  return lines.filter((line) => !line.holds(options)).map(({ text }) => text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
