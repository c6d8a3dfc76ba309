import { type OpenApiDocument, type Operation, operationsOf } from './document.js';

/**
 * Gives operations that have an id in common one of their own: the first keeps it, the others get a number. Two controllers of
 * one name are enough for that, and generators of clients make one method of both.
 * @param ours operations whose ids give way
 */
export function makeIdsUnique(document: OpenApiDocument, ours: ReadonlySet<Operation>): void {
  const operations = operationsOf(document).map(([, , operation]) => operation);
  const used = new Set<string>();
  const inOrder = [
    ...operations.filter((operation) => !ours.has(operation)),
    ...operations.filter((operation) => ours.has(operation)),
  ];
  const given = new Set(operations.map(({ operationId }) => operationId));
  for (const operation of inOrder) {
    const { operationId } = operation;
    if (operationId === undefined) continue;
    const id = used.has(operationId) ? freeId(operationId, given) : operationId;
    used.add(id);
    given.add(id);
    operation.operationId = id;
  }
}

function freeId(id: string, taken: ReadonlySet<string | undefined>): string {
  let number = 2;
  while (taken.has(`${id}_${number}`)) number++;
  return `${id}_${number}`;
}
