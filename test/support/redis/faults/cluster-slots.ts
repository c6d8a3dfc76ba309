import type { RedisNode } from '../redis-node.js';
import type { Stage } from './stage.js';

type Nodes = Pick<Stage, 'nodes'>;

/** What each node says of each other one, line by line (`CLUSTER NODES`). */
interface Line {
  readonly id: string;
  readonly port: number;
  readonly flags: readonly string[];
  readonly masterId: string;
  readonly slots: readonly string[];
}

/** The slot of the first key that a pattern finds on the masters. */
export async function slotOf({ nodes }: Nodes, pattern: string): Promise<number> {
  for (const node of nodes) {
    const [key] = (await node.command('keys', pattern)) as string[];
    if (key !== undefined) return Number(await node.command('cluster', 'keyslot', key));
  }
  throw new Error(`No node has a key like ${pattern}`);
}

/** The master of a slot, once all nodes agree on it. */
export async function masterOf({ nodes }: Nodes, slot: number): Promise<RedisNode> {
  const views = await Promise.all(nodes.map(linesOf));
  const ports = new Set(views.map((lines) => lines.find((line) => holds(line, slot))?.port));
  const [port] = ports;
  const master = nodes.find((node) => node.port === port);
  if (master === undefined || ports.size > 1) throw new Error(`The nodes don't agree on slot ${slot}`);
  return master;
}

/** The replicas of a master. */
export async function replicasOf({ nodes }: Nodes, master: RedisNode): Promise<readonly RedisNode[]> {
  const lines = await linesOf(master);
  const id = await idOf(master);
  const ports = lines.filter(({ masterId }) => masterId === id).map(({ port }) => port);
  return nodes.filter(({ port }) => ports.includes(port));
}

/** The masters, as the first node sees them; one that has failed is none. */
export async function mastersOf({ nodes }: Nodes): Promise<readonly RedisNode[]> {
  const lines = await linesOf(nodes[0]!);
  const ports = lines
    .filter(({ flags }) => flags.includes('master') && !flags.includes('fail'))
    .map(({ port }) => port);
  return nodes.filter(({ port }) => ports.includes(port));
}

/** What the other nodes know a node by. */
export async function idOf(node: RedisNode): Promise<string> {
  return String(await node.command('cluster', 'myid'));
}

async function linesOf(node: RedisNode): Promise<readonly Line[]> {
  const text = String(await node.command('cluster', 'nodes'));
  return text.trimEnd().split('\n').map(lineOf);
}

function lineOf(text: string): Line {
  const [id = '', address = '', flags = '', masterId = '', , , , , ...slots] = text.split(' ');
  const [, port] = /:(\d+)@/.exec(address) ?? [];
  return { id, port: Number(port), flags: flags.split(','), masterId, slots };
}

function holds({ slots }: Line, slot: number): boolean {
  return slots.some((range) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    return first !== undefined && Number(first) <= slot && slot <= Number(last);
  });
}
