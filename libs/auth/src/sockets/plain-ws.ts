import type { CredentialRequest } from '../authentication/requests/credentials.js';
import { upgradeTokenOf } from '../authentication/requests/socket-credentials.js';
import { type PrincipalRequest, setPrincipal } from '../context/call.js';
import { markSocketCaller } from '../context/socket-caller.js';
import type { AuthError } from '../kernel/auth-error.js';
import type { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { refusalHeaders } from '../problem-details/refusal-headers.js';
import { toProblemDetails } from '../problem-details/to-problem-details.js';
import type { Admission, SocketGate } from './socket-gate.js';
import { type Closable, closeWith, refusalOf } from './socket-refusal.js';

interface WsClient extends PrincipalRequest, Closable {
  once(event: 'close', listener: () => void): unknown;
}

interface Handshake {
  readonly req: CredentialRequest;
}

type Answer = (accepted: boolean, status?: number, body?: string, headers?: Record<string, string>) => void;

/** `verifyClient` of ws: with one parameter it answers, with two it calls back. */
type VerifyClient = (handshake: Handshake, answer: Answer) => unknown;

/** What is used of a server of ws. */
export interface WsServer {
  readonly options: { verifyClient?: VerifyClient | null | undefined };
  prependListener(
    event: 'connection',
    listener: (client: WsClient, request: CredentialRequest) => void,
  ): unknown;
}

/** By its shape: ws may not be installed. */
export function isPlainWsServer(server: object): server is WsServer {
  return 'handleUpgrade' in server && 'options' in server && 'prependListener' in server;
}

/** Answers the upgrade request with the status of the refusal, so that no socket comes into being. */
export function protectPlainWs(server: WsServer, gate: SocketGate, settings: ProblemDetailsSettings): void {
  const admitted = new WeakMap<object, Admission | undefined>();
  const ofHost = server.options.verifyClient ?? undefined;
  // With two parameters: ws takes one with less for synchronous.
  server.options.verifyClient = async (handshake: Handshake, answer: Answer): Promise<void> => {
    const ofHostAnswer = await answerOf(ofHost, handshake);
    if (!ofHostAnswer[0]) return answer(...ofHostAnswer);
    try {
      const { req } = handshake;
      const admission = await gate.admit(
        () => upgradeTokenOf(req),
        () => req,
      );
      admitted.set(req, admission);
    } catch (error) {
      return refuse(refusalOf(error), settings, answer);
    }
    return answer(true);
  };
  server.prependListener('connection', (client, request) => {
    // Whoever emits connections of other requests has gone round the handshake.
    if (!admitted.has(request)) return client.close(1008, 'unauthenticated');
    const admission = admitted.get(request);
    if (admission !== undefined) {
      setPrincipal(client, admission.principal);
      markSocketCaller(client, admission.recheck);
    }
    client.once(
      'close',
      gate.watch(admission, (reason) => closeWith(client, reason)),
    );
  });
}

/** What a `verifyClient` of the host says, whichever of its two forms it has. */
async function answerOf(verify: VerifyClient | undefined, handshake: Handshake): Promise<Parameters<Answer>> {
  if (verify === undefined) return [true];
  if (verify.length < 2) return [Boolean(verify(handshake, () => {})), 401];
  return new Promise((resolve) => {
    verify(handshake, (...answer) => resolve(answer));
  });
}

function refuse(error: AuthError, settings: ProblemDetailsSettings, answer: Answer): void {
  const { typeBase } = settings;
  answer(false, error.entry.status, JSON.stringify(toProblemDetails(error, { typeBase })), {
    'Content-Type': 'application/problem+json; charset=utf-8',
    ...Object.fromEntries(refusalHeaders(error, settings)),
  });
}
