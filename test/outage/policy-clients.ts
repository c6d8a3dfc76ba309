import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import {
  AuthorizationService,
  type AuthModuleExtras,
  DeviceAuthorizationService,
  type OAuthClient,
  Public,
} from 'nestjs-gatehouse';
import type { Answer } from '../support/app/client.js';
import type { RunningApp } from '../support/app/start-app.js';
import { DPoPCaller } from '../support/dpop/dpop-caller.js';
import { holder } from '../support/dpop/proofs.js';
import { asserting, assertion, signer } from '../support/oauth2/assertions.js';
import {
  ada,
  begin,
  type Begun,
  CALLBACK,
  query,
  TestInteraction,
  webClient,
} from '../support/oauth2/authorizations.js';
import { DEVICE_CODE, television } from '../support/oauth2/device-stand.js';
import { appSecret, confidentialClient } from '../support/oauth2/grants-stand.js';
import { issueCode } from '../support/oauth2/issued-codes.js';
import { basic, OAuthCaller } from '../support/oauth2/oauth-caller.js';
import { persist } from './unavailable.js';

type Form = Readonly<Record<string, string>>;
type Operation = () => Promise<Answer>;

const introspecting: OAuthClient = {
  ...confidentialClient,
  grants: ['client_credentials'],
  mayIntrospect: true,
};
const header = basic(introspecting.id, appSecret.secret);

/** Endpoints for clients say 503 in the words of OAuth (RFC 6749 §5.2); here it is said as everywhere else. */
async function asProblem(answered: Promise<Answer>): Promise<Answer> {
  const answer = await answered;
  if (answer.status !== 503) return answer;
  expect(answer.body).toMatchObject({ error: 'temporarily_unavailable' });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  const headers = new Headers(answer.headers);
  headers.set('content-type', 'application/problem+json');
  return { ...answer, headers, body: { code: 'store_unavailable' } };
}

/** What an app needs to have clients of each kind. */
export const clientExtras: AuthModuleExtras = {
  oauth: {
    clients: [introspecting, signer, webClient, television],
    interaction: { useValue: new TestInteraction() },
    deviceAuthorization: { verificationUri: '/device', interval: '1s' },
  },
};

interface Asked {
  readonly verb: string;
  readonly handle: string;
  readonly userCode: string;
}

/** What pages of hosts do by calls of services. */
@Public()
@Controller('client-calls')
export class ClientCalls {
  constructor(
    private readonly authorization: AuthorizationService,
    private readonly devices: DeviceAuthorizationService,
  ) {}

  @Post()
  @HttpCode(200)
  async call(@Body() { verb, handle, userCode }: Asked, @Req() request: object): Promise<object> {
    const verbs: Record<string, () => Promise<unknown>> = {
      'AuthorizationService.read': () => this.authorization.read(handle, request),
      'AuthorizationService.approve': () => this.authorization.approve(handle, request, ada()),
      'AuthorizationService.deny': () => this.authorization.deny(handle, request),
      'DeviceAuthorizationService.read': () => this.devices.read(userCode, request),
      'DeviceAuthorizationService.approve': () => this.devices.approve(userCode, request, ada()),
      'DeviceAuthorizationService.deny': () => this.devices.deny(userCode, request),
    };
    await verbs[verb]?.();
    return {};
  }
}

/** What clients do, and pages for their users, while Redis is there and while it isn't. */
export class PolicyClients {
  private constructor(
    private readonly caller: OAuthCaller,
    private readonly prover: DPoPCaller,
    /** Made while Redis was there. */
    private readonly made: {
      readonly begun: Begun;
      readonly code: Form;
      readonly device: Answer;
      readonly boundToken: string;
    },
  ) {}

  static async prepare({ app, url }: RunningApp): Promise<PolicyClients> {
    const [caller, prover] = [new OAuthCaller(url), new DPoPCaller(url, holder())];
    const grant = { grant_type: 'client_credentials' };
    const bound = await persist(() => asProblem(prover.ask(grant, { client: header })));
    const device = await persist(() =>
      asProblem(caller.form('/oauth/device_authorization', { client_id: television.id })),
    );
    const { form } = await issueCode(app, { client: webClient, content: { redirectUri: CALLBACK } });
    return new PolicyClients(caller, prover, {
      begun: await begin(caller),
      code: { ...form, redirect_uri: CALLBACK, client_id: webClient.id },
      device,
      boundToken: String(bound.body['access_token']),
    });
  }

  /** By the names that the table has for them. */
  operations(): Readonly<Record<string, Operation>> {
    const { boundToken, code, device } = this.made;
    const credentials = { grant_type: 'client_credentials' };
    const ofDevice = { client_id: television.id };
    return {
      'a token for a client itself': () => this.send('/oauth/token', credentials, header),
      'a client that signs an assertion': () =>
        this.send('/oauth/token', { ...credentials, ...asserting(assertion()) }),
      'a wrong secret': () => this.send('/oauth/token', credentials, basic('nobody', 'wrong')),
      'a proof at the token endpoint (DPoP)': () =>
        asProblem(this.prover.ask(credentials, { client: header })),
      'a proof at a route': () => this.prover.call('/roles', boundToken),
      'an authorization request': () => this.caller.send('GET', `/oauth/authorize?${query()}`),
      'an authorization code': () => this.send('/oauth/token', code),
      'a device that begins': () => this.send('/oauth/device_authorization', ofDevice),
      'a device that waits': () =>
        this.send('/oauth/token', {
          ...ofDevice,
          grant_type: DEVICE_CODE,
          device_code: String(device.body['device_code']),
        }),
      introspection: () => this.send('/oauth/introspect', { token: boundToken }, header),
      'a revocation by a client': () => this.send('/oauth/revoke', { token: boundToken }, header),
    };
  }

  /** Calls a service, as a page of the host does. */
  call(verb: string): Promise<Answer> {
    const { begun, device } = this.made;
    const body = JSON.stringify({ verb, handle: begun.handle, userCode: device.body['user_code'] });
    const headers = { ...begun.browser.headers, 'content-type': 'application/json' };
    return this.caller.send('POST', '/client-calls', { headers, body });
  }

  private send(path: string, form: Form, authorization?: string): Promise<Answer> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization !== undefined && { authorization }),
    };
    const body = new URLSearchParams(form).toString();
    return asProblem(this.caller.send('POST', path, { headers, body }));
  }
}
