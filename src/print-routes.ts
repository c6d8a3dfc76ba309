import { randomBytes } from 'node:crypto';
import { RouteAudit } from 'nestjs-gatehouse';
import { createApplication } from './application.js';
import { readEnvironment } from './configuration/environment.js';

// Who may call what, with the roles of SEED_FILE if there is one. Nothing is opened, written or listened on.
const settings = readEnvironment({
  SEED_FILE: process.env['SEED_FILE'],
  DATABASE_URL: ':memory:',
  AUTH_ALGORITHM: 'HS256',
  AUTH_SECRET_KEY: randomBytes(32).toString('hex'),
});
const app = await createApplication(settings);
await app.init();
console.log(app.get(RouteAudit).table().toString());
await app.close();
