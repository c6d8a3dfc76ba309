import { setImmediate as turn } from 'node:timers/promises';

/** An answer of Redis takes so many turns of the event loop more: what doesn't wait for it is sent meanwhile. */
const AWAY_TURNS = 10;
const TIMES = 9;

/** Counts what requests, one at a time, ask of a Redis client. */
export class StoreUse {
  constructor(client, server) {
    this.client = client;
    // A request waits for what was answered before it was.
    server.prependListener('request', (_request, response) => {
      const { current } = this;
      const end = response.end.bind(response);
      response.end = (...given) => {
        current.waits = current.answered;
        return end(...given);
      };
    });
    this.begin();
  }

  /** What one request needs: the median of some, since others may ask as well meanwhile. */
  async of(send) {
    await send({ times: 3 });
    const { client } = this;
    const sendCommand = client.sendCommand.bind(client);
    client.sendCommand = (command, ...more) => {
      this.count(command);
      return sendCommand(command, ...more);
    };
    const seen = [];
    for (let time = 0; time < TIMES; time++) {
      seen.push(this.begin());
      await send();
    }
    // The method of its class again: what comes now is what an app does.
    delete client.sendCommand;
    const median = (what) => seen.map((use) => use[what]).toSorted((a, b) => a - b)[Math.floor(TIMES / 2)];
    return { waits: median('waits'), commands: median('commands'), scripts: median('scripts') };
  }

  begin() {
    // `answered`: how many rounds of commands and answers have followed each other so far.
    this.current = { waits: 0, commands: 0, scripts: 0, answered: 0 };
    return this.current;
  }

  count(command) {
    const { current } = this;
    current.commands += 1;
    if (command.name.startsWith('eval')) current.scripts += 1;
    const round = current.answered + 1;
    const later = (settle) => async (value) => {
      for (let left = AWAY_TURNS; left > 0; left--) await turn();
      current.answered = Math.max(current.answered, round);
      settle(value);
    };
    command.resolve = later(command.resolve);
    command.reject = later(command.reject);
  }
}
