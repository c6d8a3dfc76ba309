import type { RoleGraph } from 'nestjs-gatehouse';
import { html, type Html } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage } from '../console.page.js';
import type { Visitor } from '../visitor.js';
import type { Answer, CellExplanation, Row } from './cell-explanation.js';
import { rolePicture } from './role-picture.js';

interface Why {
  readonly row: Row;
  readonly role: string;
  readonly cell: Row['cells'][number];
  readonly graph: RoleGraph;
  readonly explanation: CellExplanation;
}

const VERDICTS = {
  yes: { verb: 'may call', on: '', look: 'good' },
  own: { verb: 'may call', on: ' on their own things', look: 'warn' },
  no: { verb: 'may not call', on: '', look: 'bad' },
} as const;

/** Why a cell of the table is as it is: what is asked for, and the way from the role to the grant. */
export function whyPage(visitor: Visitor, { row, role, cell, graph, explanation }: Why): Page {
  const { verb, on, look } = VERDICTS[cell];
  const { ground, clauses, scopes, needsFreshLogin } = explanation;
  const path = clauses.flatMap(({ answers }) => answers).find((answer) => answer.path.length > 0)?.path ?? [];
  return consolePage(visitor, {
    place: '/access',
    title: `Why ${role} ${verb} ${row.entry}${on}`,
    heading: html`Why <em>${role}</em> ${verb} <code>${row.entry}</code>${on}`,
    content: html`<p><a href="${consolePath('/access')}">All routes and roles</a></p>
      <dl>
        <dt>Answer</dt>
        <dd><span class="state ${look}">${cell}</span></dd>
        <dt>Asks for</dt>
        <dd>${row.requires}</dd>
        <dt>Handler</dt>
        <dd><code>${row.handler}</code></dd>
        <dt>Guarded by</dt>
        <dd>${row.guardedBy}</dd>
      </dl>
      ${ground !== undefined && html`<p>${ground}</p>`} ${clauses.map(clauseOf)}
      ${
        scopes.length > 0 &&
        html`<p>A token needs the scope ${scopes.join(', ')} as well. Roles bring no scopes.</p>`
      }
      ${
        needsFreshLogin &&
        html`<p>
          It asks for a fresh login, or one of a certain kind, as well: without it the answer is to log in
          again.
        </p>`
      }
      ${clauses.length > 0 && html`<h2>In the role graph</h2>`}
      ${clauses.length > 0 && rolePicture(graph, path.length > 0 ? path : [role])}`,
  });
}

function clauseOf({ mode, answers }: CellExplanation['clauses'][number]): Html {
  const how = mode === 'any' ? 'One of these is enough:' : 'All of these are needed:';
  return html`${answers.length > 1 && html`<p>${how}</p>`} ${answers.map(answerOf)}`;
}

function answerOf({ asked, verdict, path, grant, summary }: Answer): Html {
  return html`<h2><code>${asked}</code> <span class="state ${VERDICTS[verdict].look}">${verdict}</span></h2>
    ${
      path.length > 0 &&
      html`<ol class="path" role="list">
        ${path.map(
          (role, at) =>
            html`<li>
              ${at > 0 && html`<span class="faint">inherits</span>`}<span class="chip">${role}</span>
            </li>`,
        )}
        ${grant !== undefined && html`<li><span class="faint">grants</span><code class="chip">${grant}</code></li>`}
      </ol>`
    }
    <p>${sentenceOf(summary)}</p>`;
}

const sentenceOf = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
