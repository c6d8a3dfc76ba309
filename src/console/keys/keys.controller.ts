import { Get } from '@nestjs/common';
import { KeyRotationService } from 'nestjs-gatehouse';
import type { Page } from '../../pages/page.js';
import { ConsoleController } from '../console-routes.js';
import { ByVisitor, type Visitor } from '../visitor.js';
import { keysPage } from './keys.page.js';

@ConsoleController('/keys')
export class KeysController {
  constructor(private readonly keys: KeyRotationService) {}

  @Get()
  show(@ByVisitor() visitor: Visitor): Page {
    return keysPage(visitor, this.keys.list(), Date.now());
  }
}
