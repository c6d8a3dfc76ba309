// A client that listens on both kinds of sockets with one token, and says what it hears and how it ends:
// node listener.js <url> <token>
import { createClient } from 'graphql-ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

const [url = '', token = ''] = process.argv.slice(2);
const tell = (socket: string, what: string, data?: unknown) =>
  console.log(`${socket} ${what}${data === undefined ? '' : ` ${JSON.stringify(data)}`}`);

const socket = io(url, { auth: { token }, transports: ['websocket'], reconnection: false });
socket.on('connect', () => tell('socket.io', 'is connected'));
socket.on('said', (said) => tell('socket.io', 'hears', said));
socket.on('exception', ({ code }: { code: string }) => tell('socket.io', 'is told', code));
socket.on('disconnect', () => tell('socket.io', 'is closed'));
socket.on('connect_error', (error: Error & { data?: { code?: string } }) =>
  tell('socket.io', 'is refused', error.data?.code),
);

const client = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { token },
  lazy: false,
  retryAttempts: 0,
  onNonLazyError: () => {},
  on: {
    connected: () => tell('graphql-ws', 'is connected'),
    closed: (event) => {
      const { code, reason } = event as { code: number; reason: string };
      tell('graphql-ws', 'is closed', `${code} ${reason}`);
    },
  },
});
client.subscribe(
  { query: 'subscription { said { author text } }' },
  {
    next: ({ data, errors }) => tell('graphql-ws', 'hears', errors ?? data),
    error: () => {},
    complete: () => {},
  },
);
