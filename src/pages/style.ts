import { createHash } from 'node:crypto';
import { Html } from './html.js';

/** A style sheet that is part of its pages, and allowed by its hash: no other address has to be. */
export class Style {
  readonly element: Html;
  /** As a source of the policy `style-src`. */
  readonly source: string;

  constructor(css: string) {
    // In one piece, since the hash is over every byte between the tags.
    this.element = new Html(`<style>${css}</style>`);
    this.source = `'sha256-${createHash('sha256').update(css).digest('base64')}'`;
  }
}
