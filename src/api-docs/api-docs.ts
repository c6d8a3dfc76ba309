import type { ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { AuthModule } from 'nestjs-gatehouse';
import { AdminModule } from '../admin/admin.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AppModule } from '../app.module.js';
import { ArticlesModule } from '../articles/articles.module.js';
import { ProfileModule } from '../profile/profile.module.js';
import { API_DOCS } from './api-docs-path.js';

// The pages for people are no part of it.
const API = [AppModule, ArticlesModule, ProfileModule, ApiKeysModule, AdminModule, AuthModule];

// swagger-ui writes styles into its elements, and has icons in them; of scripts it needs none but its own.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/**
 * Serves swagger-ui at `/docs` and the document at `/docs/openapi.json`, both made when they are first asked for. What they need is
 * loaded here, since production is better off without.
 */
export async function serveApiDocs(app: INestApplication): Promise<void> {
  const [{ DocumentBuilder, SwaggerModule }, { documentAuth }] = await Promise.all([
    import('@nestjs/swagger'),
    import('nestjs-gatehouse/openapi'),
  ]);
  const config = new DocumentBuilder().setTitle('Articles').setVersion('1').build();
  app.use(API_DOCS, (_request: unknown, response: ServerResponse, next: () => void) => {
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  SwaggerModule.setup(
    API_DOCS,
    app,
    () => documentAuth(SwaggerModule.createDocument(app, config, { include: API }), app),
    {
      jsonDocumentUrl: `${API_DOCS}/openapi.json`,
      raw: ['json'],
      customSiteTitle: 'API - Articles',
      // It is no business of the validator that swagger-ui would ask on the net.
      swaggerOptions: { validatorUrl: null },
    },
  );
}
