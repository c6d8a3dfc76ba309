import * as second from '@modelcontextprotocol/client';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** Where the user of an agent is sent back to. */
export const CALLBACK = 'http://127.0.0.1:1/callback';
/** The address of the agent that describes itself. */
export const DOCUMENT = 'https://app.test/client.json';

/** What an agent keeps between two calls, as its own documentation says. */
export class AgentMemory implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata = {
    client_name: 'An agent',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  };
  readonly clientMetadataUrl?: string;
  /** The key that its tokens are to be bound to, if any. */
  dpop?: () => second.DpopSession;
  /** Where it would have sent its user last. */
  sentTo: URL | undefined;
  private readonly kept = new Map<string, unknown>();

  /** @param introduction registers itself, or is the client of a document */
  constructor(introduction: 'registration' | 'document') {
    if (introduction === 'document') this.clientMetadataUrl = DOCUMENT;
  }

  clientInformation = (): ReturnType<OAuthClientProvider['clientInformation']> => this.read('client');
  saveClientInformation = (client: unknown): void => void this.kept.set('client', client);
  tokens = ():
    { access_token: string; token_type: string; refresh_token?: string; scope?: string } | undefined =>
    this.read('tokens');
  saveTokens = (tokens: unknown): void => void this.kept.set('tokens', tokens);
  codeVerifier = (): string => this.read<string>('verifier') ?? '';
  saveCodeVerifier = (verifier: string): void => void this.kept.set('verifier', verifier);
  redirectToAuthorization = (url: URL): void => void (this.sentTo = url);
  saveDiscoveryState = (found: unknown): void => void this.kept.set('discovery', found);
  discoveryState = (): Awaited<ReturnType<NonNullable<OAuthClientProvider['discoveryState']>>> =>
    this.read('discovery');
  invalidateCredentials = (what: string): void => {
    if (what === 'all') this.kept.clear();
    this.kept.delete(what);
  };

  private read<T>(name: string): T | undefined {
    return this.kept.get(name) as T | undefined;
  }
}

/** What a refusal tells an agent: that its user is needed, or a status. */
export type Refusal = 'its user is needed' | number | undefined;

/** The client of a published SDK, connected by its own transport. */
export interface Agent {
  connect(): Promise<void>;
  /** Redeems what its user was sent back with. */
  finish(callback: URL): Promise<void>;
  tools(): Promise<readonly string[]>;
  call(tool: string, input?: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

/** A published SDK. */
export interface AgentLibrary {
  readonly name: string;
  readonly start: (address: string, memory: AgentMemory, fetch: typeof globalThis.fetch) => Agent;
  readonly told: (error: unknown) => Refusal;
  /** Whether it asks its user when it is told that a call needs more scope. */
  readonly asksForMore: boolean;
  /** Makes a key that tokens can be bound to. */
  readonly makeKey?: () => Promise<second.DpopSession>;
}

const IDENTITY = { name: 'agent', version: '1.0.0' };

type AnyClient = Pick<Client, 'close'> & {
  listTools(): Promise<{ tools: readonly { name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<Record<string, unknown>>;
};

const using = (client: AnyClient): Pick<Agent, 'tools' | 'call' | 'close'> => ({
  tools: async () => (await client.listTools()).tools.map(({ name }) => name),
  call: async (name, input = {}) => (await client.callTool({ name, arguments: input }))['content'],
  close: () => client.close(),
});

const first: AgentLibrary = {
  name: '@modelcontextprotocol/sdk 1',
  asksForMore: false,
  start(address, memory, fetch) {
    const client = new Client(IDENTITY);
    const open = () => new StreamableHTTPClientTransport(new URL(address), { authProvider: memory, fetch });
    let transport = open();
    return {
      ...using(client),
      async connect() {
        transport = open();
        await client.connect(transport);
      },
      finish: ({ searchParams }) => transport.finishAuth(searchParams.get('code') ?? ''),
    };
  },
  told: (error) =>
    error instanceof UnauthorizedError
      ? 'its user is needed'
      : error instanceof StreamableHTTPError
        ? error.code
        : undefined,
};

const next: AgentLibrary = {
  name: '@modelcontextprotocol/client 2',
  asksForMore: true,
  makeKey: () => second.DpopSession.create(),
  start(address, memory, fetch) {
    const client = new second.Client(IDENTITY);
    const open = () =>
      new second.StreamableHTTPClientTransport(new URL(address), { authProvider: memory, fetch });
    let transport = open();
    return {
      ...using(client),
      async connect() {
        transport = open();
        await client.connect(transport);
      },
      finish: ({ searchParams }) => transport.finishAuth(searchParams),
    };
  },
  told: (error) =>
    error instanceof second.UnauthorizedError
      ? 'its user is needed'
      : error instanceof second.SdkHttpError
        ? error.status
        : undefined,
};

/** Both lines of the official SDK. */
export const libraries: readonly AgentLibrary[] = [first, next];
