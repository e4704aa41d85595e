// What the server puts into the page of the first launch beside its words (launchConfig in web/launch.go).
import type { Config } from '../config';

export interface Page extends Config {
  platform: string;
  layouts: Record<string, string>; // content hashes of the questions, by purpose
  server: string; // its address, with "/" at its end; "": the page's own
  ages: boolean;
  questions: string; // address of what is asked by itself, as HTML
  permissions: Record<string, string>; // the purposes that are asked for them
  sdks: Record<string, string>; // whose grants let them start
  pages: Record<string, string>; // addresses, by what links have in data-page
  words: { states: Record<string, string>; granted: string; denied: string; unasked: string; required: string; locked: string; managed: string; failed: string };
}
