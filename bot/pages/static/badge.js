// How many wait: in the tab's name, and in the page's title, with a dot for what came while nobody looked.
import { live } from "./live.js";
import { drawn } from "./page.js";
import { say } from "./staff.js";

const title = document.title;
let known = null; // what was there at the last look
let missed = false;
let waiting = 0;

const TAB = 'button[role=tab][data-tab-id="tickets"]';
export const tab = () => document.querySelector(TAB);

live.addEventListener("board", ({ detail }) => {
  const fresh = known && detail.newest > known.newest;
  const more = fresh || (known && detail.unread > known.unread);
  if (fresh) say("A new ticket waits.");
  known = { newest: Math.max(detail.newest, known?.newest ?? 0), unread: detail.unread };
  missed = document.hidden && (missed || more);
  waiting = detail.waiting;
  show();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  missed = false;
  show();
});

drawn(TAB).then(show); // the first look at the list may be quicker

function show() {
  const label = waiting ? `Tickets (${waiting})` : "Tickets";
  if (tab() && tab().textContent !== label) tab().textContent = label;
  document.title = `${missed ? "● " : ""}${waiting ? `(${waiting}) ` : ""}${title}`;
}
