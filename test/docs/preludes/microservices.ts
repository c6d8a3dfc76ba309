export { ClientProxyFactory, Transport } from '@nestjs/microservices';
export { firstValueFrom } from 'rxjs';
