import { Controller, Get } from '@nestjs/common';
import { type AuthModuleOptions, CurrentUser } from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';

@Controller('me')
class MeController {
  @Get()
  me(@CurrentUser('subject') subject: string): string {
    return subject;
  }
}

interface Instance extends RunningApp {
  readonly client: Client;
  /** Requests that are under way. */
  open: number;
}

/** Several instances behind one address; they are replaced one after the other, as a rolling deployment does it. */
export class Fleet {
  private instances: Instance[] = [];
  private turn = 0;

  /** Starts `count` instances. */
  static async start(count: number, options: Partial<AuthModuleOptions>): Promise<Fleet> {
    const fleet = new Fleet();
    for (let at = 0; at < count; at += 1) fleet.instances.push(await startInstance(options));
    return fleet;
  }

  get apps(): readonly RunningApp[] {
    return this.instances;
  }

  get clients(): readonly Client[] {
    return this.instances.map(({ client }) => client);
  }

  /** Replaces every instance by one with other options. An old one is closed when its last request is answered. */
  async roll(options: Partial<AuthModuleOptions>): Promise<void> {
    for (const [at, old] of [...this.instances].entries()) {
      this.instances[at] = await startInstance(options);
      await until('the old instance has answered', () => old.open === 0);
      await old.close();
    }
  }

  /** One request to the next instance. */
  async ask<T>(request: (client: Client) => Promise<T>): Promise<T> {
    const instance = this.instances[(this.turn += 1) % this.instances.length]!;
    instance.open += 1;
    try {
      return await request(instance.client);
    } finally {
      instance.open -= 1;
    }
  }

  async close(): Promise<void> {
    for (const { close } of this.instances) await close();
  }
}

async function startInstance(options: Partial<AuthModuleOptions>): Promise<Instance> {
  const running = await startApp({ options: { throttler: false, ...options }, controllers: [MeController] });
  return { ...running, client: new Client(running.url), open: 0 };
}

/** Users who log in, call and refresh without a pause, each request at another instance. */
export class Users {
  readonly statuses = new Map<string, number>();
  private readonly over = new AbortController();
  private readonly rounds: number[];
  private readonly load: Promise<unknown>;

  constructor(
    private readonly fleet: Fleet,
    count = 4,
  ) {
    this.rounds = Array.from({ length: count }, () => 0);
    this.load = Promise.all(this.rounds.map((_, at) => this.live(at)));
  }

  /** Waits until each user has been all the way round a few times more: nobody holds a token from before. */
  async goOn(more = 3): Promise<void> {
    const goals = this.rounds.map((round) => round + more);
    await until('every user has been round again', () =>
      this.rounds.every((round, at) => round >= goals[at]!),
    );
  }

  /** Ends the load. Rejects with what a user met that is no answer. */
  async stop(): Promise<void> {
    this.over.abort();
    await this.load;
  }

  private async live(at: number): Promise<void> {
    // One session from the beginning to the end, and many short ones beside it.
    let lasting = await this.fleet.ask((client) => client.login(`user${at}`));
    while (!this.over.signal.aborted) {
      lasting = await this.round(lasting);
      await this.round(await this.fleet.ask((client) => client.login(`user${at}`)));
      this.rounds[at]! += 1;
    }
  }

  private async round(pair: TokenPair): Promise<TokenPair> {
    await this.count('call', (client) => client.get('/me', pair.access_token));
    const { body } = await this.count('refresh', (client) => client.refresh(pair.refresh_token));
    await this.count('call', (client) => client.get('/me', body.access_token));
    return body;
  }

  private async count<T extends { readonly status: number }>(
    what: string,
    request: (client: Client) => Promise<T>,
  ): Promise<T> {
    const answer = await this.fleet.ask(request);
    const name = `${what} ${answer.status}`;
    this.statuses.set(name, (this.statuses.get(name) ?? 0) + 1);
    return answer;
  }
}
