// Another service: hands on the token of whoever it works for. node caller.js <pattern> [token] [item]
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';

const [pattern = '', token, item] = process.argv.slice(2);
const client = ClientProxyFactory.create({
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port: Number(process.env['TCP_PORT'] ?? 4000) },
});
const message = { token, item };
try {
  console.log(JSON.stringify(await firstValueFrom(client.send<unknown>(pattern, message))));
} catch (refusal) {
  // The problem that a route would answer with: code, status and what is needed.
  console.log(JSON.stringify(refusal));
  process.exitCode = 1;
} finally {
  await client.close();
}
