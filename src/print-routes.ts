import { RouteAudit } from 'nestjs-gatehouse';
import { createApp } from './reviewed-app.js';

// Who may call what.
const app = await createApp();
await app.init();
console.log(app.get(RouteAudit).table().toString());
await app.close();
