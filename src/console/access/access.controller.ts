import { Get, NotFoundException, Query } from '@nestjs/common';
import { LiveRoleGraph, RouteAudit } from 'nestjs-gatehouse';
import type { Page } from '../../pages/page.js';
import { ConsoleController } from '../console-routes.js';
import { ByVisitor, type Visitor } from '../visitor.js';
import { accessPage } from './access.page.js';
import { explainCell } from './cell-explanation.js';
import { whyPage } from './why.page.js';

/** Who may call what, and why. */
@ConsoleController('/access')
export class AccessController {
  constructor(
    private readonly audit: RouteAudit,
    private readonly live: LiveRoleGraph,
  ) {}

  @Get()
  show(@ByVisitor() visitor: Visitor): Page {
    return accessPage(visitor, this.audit.table(), this.live.current);
  }

  @Get('why')
  why(
    @Query('route') entry: unknown,
    @Query('handler') handler: unknown,
    @Query('role') role: unknown,
    @ByVisitor() visitor: Visitor,
  ): Page {
    const { roles, rows } = this.audit.table();
    const row = rows.find((each) => each.entry === entry && each.handler === handler);
    const at = roles.findIndex((each) => each === role);
    const [name, cell] = [roles[at], row?.cells[at]];
    if (row === undefined || name === undefined || cell === undefined) throw new NotFoundException();
    const graph = this.live.current;
    return whyPage(visitor, { row, role: name, cell, graph, explanation: explainCell(row, name, graph) });
  }
}
