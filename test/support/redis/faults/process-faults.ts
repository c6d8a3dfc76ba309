import type { Fault } from './fault.js';

/** SIGKILL; at the end it starts again on the same port, with what it had written down. */
export const killed = (): Fault => ({
  name: 'killed',
  media: ['standalone', 'proxied'],
  begin: async ({ nodes }) => void (await Promise.all(nodes.map((node) => node.kill()))),
  end: async ({ nodes }) => void (await Promise.all(nodes.map((node) => node.restart()))),
});

/** SIGSTOP: connections stay, nothing is answered; at the end all that was sent is done after all. */
export const hung = (): Fault => ({
  name: 'hung',
  media: ['standalone', 'proxied'],
  begin: async ({ nodes }) => void (await Promise.all(nodes.map((node) => node.hang()))),
  end: async ({ nodes }) => void (await Promise.all(nodes.map((node) => node.resume()))),
});
