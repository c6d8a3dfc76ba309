import { createHash, randomBytes } from 'node:crypto';
import type { AppSettings } from './configuration/app-settings.js';
import { demoApp, demoDevice, demoSeed } from './seed/demo-seed.js';

/** What is printed once the app listens; with the demo users also how to try it. */
export function welcome(url: string, settings: AppSettings): string {
  const stores = settings.auth.redis === undefined ? 'in-memory stores' : 'Redis';
  const listening = `Gatehouse sample app listens on ${url} (${settings.platform}, ${stores})`;
  const isDemo = settings.seed === undefined && !settings.production;
  return isDemo ? `${listening}\n\n${tryIt(url)}\n` : listening;
}

function tryIt(url: string): string {
  const [user, admin] = demoSeed.users.map(({ username, password }) =>
    JSON.stringify({ username, password }),
  );
  const json = `-H 'Content-Type: application/json'`;
  const machine = demoSeed.clients.find(({ secret }) => secret !== undefined);
  return `Demo users: ${demoSeed.users.map(({ username, password }) => `${username} / ${password}`).join(', ')}. Paste this, for a machine:

  login=$(curl -s ${url}/oauth/token -u ${machine?.id}:${machine?.secret} -d grant_type=client_credentials); echo "$login"
  token() { echo "$login" | sed "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/"; }
  curl -s ${url}/me -H "Authorization: Bearer $(token access_token)"; echo

As a user:

  login=$(curl -s ${url}/auth/login ${json} -d '${user}'); echo "$login"
  curl -s ${url}/me -H "Authorization: Bearer $(token access_token)"; echo
  login=$(curl -s ${url}/auth/refresh ${json} -d "{\\"refresh_token\\":\\"$(token refresh_token)\\"}"); echo "$login"
  curl -s ${url}/articles ${json} -H "Authorization: Bearer $(token access_token)" -d '{"title":"Hello"}'; echo
  key=$(curl -s ${url}/me/api-keys ${json} -H "Authorization: Bearer $(token access_token)" -d '{"name":"script"}'); echo "$key"
  curl -s ${url}/articles/mine -H "Authorization: ApiKey $(echo "$key" | cut -d'"' -f4)"; echo
  curl -s -X DELETE ${url}/me/api-keys/$(echo "$key" | cut -d'"' -f8) -H "Authorization: Bearer $(token access_token)"
  curl -s -X POST ${url}/auth/logout -H "Authorization: Bearer $(token access_token)"
  curl -s ${url}/me -H "Authorization: Bearer $(token access_token)"; echo   # refused: 401

As the admin:

  login=$(curl -s ${url}/auth/login ${json} -d '${admin}')
  curl -s ${url}/admin/users -H "Authorization: Bearer $(token access_token)"; echo
  curl -s '${url}/access/explain?username=demo&permission=articles:update' -H "Authorization: Bearer $(token access_token)"; echo

The same in a browser, and more: ${url}/console

As a device. Open ${url}/device in a browser, log in as demo and type the user_code; the last line then gets tokens:

  login=$(curl -s ${url}/oauth/device_authorization -d client_id=${demoDevice.id}); echo "$login"
  curl -s ${url}/oauth/token -d client_id=${demoDevice.id} -d grant_type=${demoDevice.grant} -d "device_code=$(token device_code)"; echo

${inABrowser(url)}`;
}

/** Authorization code with PKCE. Nobody listens where the browser is sent to: what matters is in its address. */
function inABrowser(url: string): string {
  const { id, scope, redirectUri } = demoApp;
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: redirectUri,
    scope: scope.join(' '),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return `As the application ${id}, which a user lets in. Open this, log in as demo and allow:

  ${url}/oauth/authorize?${String(query)}

The browser is sent to ${redirectUri}?code=…, where nothing listens. Within a minute, with the code from its address bar:

  code=…
  curl -s ${url}/oauth/token -d grant_type=authorization_code -d client_id=${id} -d redirect_uri=${redirectUri} -d code_verifier=${verifier} -d "code=$code"; echo`;
}
