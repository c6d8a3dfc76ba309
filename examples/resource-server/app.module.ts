import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-gatehouse';
import { access } from './access.js';
import { NotesController } from './notes.controller.js';

// Exactly as it stands in `iss`; of Auth0 with the slash at its end.
const issuer = process.env['ISSUER'] ?? 'http://127.0.0.1:4000/realms/main';
// Without it revocations end with the process, and concern no other.
const redis = process.env['REDIS_URL'];

@Module({
  imports: [
    AuthModule.forRoot({
      issuer,
      // The name of this API, which an audience mapper of Keycloak writes into `aud`.
      audience: 'https://notes.example',
      // A rotated key is looked for with the first token that it signed; at most once a second, whatever strangers send.
      keys: { remote: { discovery: issuer }, reloadCooldown: '1s' },
      accessTokens: { foreign: { roles: '/realm_access/roles' } },
      // Nobody logs in here.
      endpoints: { auth: false },
      rbac: { definition: access },
      ...(redis !== undefined && { redis }),
    }),
  ],
  controllers: [NotesController],
})
export class AppModule {}
