// Of every e2e suite: no event, metric, span, line of the log at any level, refusal or answer about health shows a secret that the suite used.
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { secretWatch } from './secret-watch.js';
import { watched } from './watched-fetch.js';

const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;

/** As a logger writes it. */
const shown = (value: unknown): string =>
  typeof value === 'string' ? value : inspect(value, { depth: 5, maxStringLength: null });

secretWatch.begin();
// They stand in the documents, and the sample app prints them when it starts.
secretWatch.publish('demo-password', 'admin-password');
globalThis.fetch = watched(globalThis.fetch, secretWatch);
for (const level of LEVELS) {
  const write = Logger.prototype[level] as (...given: unknown[]) => void;
  Logger.prototype[level] = function (this: Logger, ...given: unknown[]) {
    secretWatch.show(`the log (${level})`, given.map(shown).join(' '));
    write.apply(this, given);
  };
}

afterAll(() => expect(secretWatch.leaks()).toEqual([]));
