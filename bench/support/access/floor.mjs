// What is left when everything is decided already: a look at a map, one question to Redis with as many keys as ours has, shared with
// the calls of the same turn, and the eight headers. Whoever asks Redis once for each request comes no nearer to the bare framework.
import { UnauthorizedException } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Redis } from 'ioredis';

const KEYS = 7;
const SCRIPT = `
local reply = {}
for at = 0, #KEYS / ${KEYS} - 1 do
  local first = at * ${KEYS} + 1
  redis.call('MGET', unpack(KEYS, first, first + 4))
  for window = 5, 6 do
    reply[#reply + 1] = redis.call('INCR', KEYS[first + window])
    reply[#reply + 1] = 60000
  end
end
return reply`;

/** @param signing the module that mints tokens @param tokens how */
export function floor(url, signing, tokens) {
  const redis = new Redis(url);
  redis.defineCommand('count', { lua: SCRIPT });
  const users = new Map();
  let asked = [];

  async function send() {
    const questions = asked;
    asked = [];
    const keys = questions.flatMap(({ user }) => user.keys);
    const reply = await redis.count(keys.length, keys);
    questions.forEach(({ settle }, at) => settle(reply.slice(at * 4, at * 4 + 4)));
  }

  class FloorGuard {
    canActivate(context) {
      const request = context.getArgByIndex(0);
      const user = users.get(request.headers.authorization);
      if (user === undefined) throw new UnauthorizedException();
      request.user = user;
      return new Promise((settle) => {
        if (asked.push({ user, settle }) === 1) setImmediate(send);
      }).then((reply) => tell(context.getArgByIndex(1), reply));
    }
  }

  return {
    module: { imports: [signing], providers: [{ provide: APP_GUARD, useClass: FloorGuard }] },
    async tokens(app, count) {
      const minted = await tokens(app, count);
      minted.forEach((token, at) => users.set(`Bearer ${token}`, { keys: keysOf(at) }));
      return minted;
    },
  };
}

const keysOf = (user) =>
  Array.from({ length: KEYS }, (_, at) => `gatehouse:{user-${user}}:0123456789abcdef:${at}`);

function tell(response, [ofAddress, addressMs, ofUser, userMs]) {
  const told = [
    ['', ofAddress, addressMs],
    ['-user', ofUser, userMs],
  ];
  for (const [suffix, used, ms] of told) {
    response.header(`X-RateLimit-Limit${suffix}`, 1_000_000);
    response.header(`X-RateLimit-Remaining${suffix}`, 1_000_000 - used);
    response.header(`X-RateLimit-Reset${suffix}`, ms / 1000);
  }
  response.header('RateLimit-Policy', '"default";q=1000000;w=60, "user";q=1000000;w=60');
  response.header(
    'RateLimit',
    `"default";r=${1_000_000 - ofAddress};t=60, "user";r=${1_000_000 - ofUser};t=60`,
  );
  return true;
}
