import { html, type Html, shownName } from '../pages/html.js';
import type { Page } from '../pages/page.js';
import { Style } from '../pages/style.js';
import { consolePath } from './console-path.js';
import { consoleStyle } from './console-style.css.js';
import type { Visitor } from './visitor.js';

const PLACES = [
  ['', 'Overview'],
  ['/sessions', 'Sessions'],
  ['/access', 'Access'],
  ['/limits', 'Limits'],
  ['/keys', 'Keys'],
  ['/events', 'Events'],
  ['/health', 'Health'],
] as const;

/** A part of the console. */
type Place = (typeof PLACES)[number][0];

const STYLE = new Style(consoleStyle);

/** A page of the console, with the way to its other parts. */
export function consolePage(
  visitor: Visitor,
  {
    place,
    title,
    heading = html`${title}`,
    content,
  }: { place: Place; title: string; heading?: Html; content: Html },
): Page {
  return {
    title,
    header: headerOf(visitor, place),
    style: STYLE,
    content: html`<h1>${heading}</h1>
      ${content}`,
  };
}

function headerOf({ username, hidden }: Visitor, here: Place): Html {
  const link = ([place, name]: (typeof PLACES)[number]): Html =>
    html`<li><a href="${consolePath(place)}" ${place === here && html`aria-current="page"`}>${name}</a></li>`;
  return html`<a class="skip" href="#content">Skip to the content</a>
    <header>
      <nav aria-label="Console">
        <ul>
          ${PLACES.map(link)}
        </ul>
      </nav>
      <form method="post" action="${consolePath('/logout')}">
        ${hidden()}
        <span>${shownName(username)}</span>
        <button class="quiet small">Log out</button>
      </form>
    </header>`;
}

/** A field for a name or an address, which no keyboard should mend. */
export const nameField = (
  name: string,
  label: string,
  { value, isRequired = false }: { readonly value?: string | undefined; readonly isRequired?: boolean } = {},
): Html =>
  html`<div>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      value="${value}"
      maxlength="320"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      ${isRequired && html`required`}
    />
  </div>`;

/** What may be wider than a small screen: it scrolls by itself, also with the keyboard. */
export const scrolling = (label: string, content: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
