import { Controller, Get } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { CurrentUser, Permissions, Public } from 'nestjs-gatehouse';

interface Order {
  readonly customer: string;
  readonly item: string;
}

/** Routes and messages side by side, under the same decorators. */
@Controller()
export class OrdersController {
  private readonly orders: Order[] = [];

  @Permissions('orders:read')
  @Get('orders')
  @MessagePattern('orders.list')
  list(): readonly Order[] {
    return this.orders;
  }

  @Permissions('orders:place')
  @MessagePattern('orders.place')
  place(@CurrentUser('subject') customer: string, @Payload('item') item: string): Order {
    const order = { customer, item };
    this.orders.push(order);
    return order;
  }

  /** Nobody waits for the answer to an event: who may not is refused without a word. */
  @Permissions('orders:read')
  @EventPattern('orders.clear')
  clear(_message: unknown): void {
    this.orders.length = 0;
  }

  @Public()
  @MessagePattern('ping')
  ping(): string {
    return 'pong';
  }
}
