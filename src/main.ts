import { AuthConfigurationError } from 'nestjs-gatehouse';
import { AccessDefinitionError } from 'nestjs-gatehouse';
import { serveApiDocs } from './api-docs/api-docs.js';
import { createApplication } from './application.js';
import { readEnvironment } from './configuration/environment.js';
import { ConfigurationMistakes } from './configuration/mistakes.js';
import { welcome } from './welcome.js';

const operatorErrors = [ConfigurationMistakes, AuthConfigurationError, AccessDefinitionError];

async function main(): Promise<void> {
  const settings = readEnvironment(process.env);
  const app = await createApplication(settings);
  if (settings.servesApiDocs) await serveApiDocs(app);
  await app.listen(settings.port, settings.host);
  console.log(welcome(await app.getUrl(), settings));
}

main().catch((error: unknown) => {
  // A mistake of the operator is told in one message; only a mistake of ours needs a stack.
  console.error(operatorErrors.some((type) => error instanceof type) ? String(error) : error);
  process.exit(1);
});
