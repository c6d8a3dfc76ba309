import { RedisScript } from '../redis-script.js';

/** What the server that holds a key says about itself. KEYS 1 the key. Reply: text, empty when its ACL forbids it. */
export const aboutServerScript = new RedisScript(
  'about-server',
  `
local about = redis.pcall('INFO', 'server')
return type(about) == 'string' and about or ''
`,
);
