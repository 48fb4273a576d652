/* A person in the chat: who it is, what they write as it comes, and how far what was written has come. */

import { invite, one } from "./page.js";
import { stream, tell } from "./server.js";

const QUIET = 40_000; // milliseconds without a beat of the server, which come every 15 seconds
const TYPING = 2_500; // milliseconds between two signs that the customer is typing; the server forgets after 5
const OVER = ":is(.reviewed, .solved, .reopened, .joined, .handoff)"; // after these, what was asked is asked no more

const TOLD_AGAIN = 5_000; // milliseconds after which what was seen is told again, where the server did not hear it
const LASTED = 60_000; // milliseconds after which a stream that ended is opened again at once

const stand = { status: null, heard: 0, over: false, parting: "" };
const told = { delivered: 0, seen: 0, typing: 0 };
const marks = { delivered: 0, seen: 0 };
let page = null;
let following = null;
let unread = 0;
let untold = null;

/* What the page gives: `about()`, its conversation, language and labels; `took` for messages that come; `broken`
   for when nothing comes any more, and whether that is usual. */
export function begin(given) {
  page = given;
}

/* What becomes of an open question if the customer begins anew; empty where there is none. */
export const parting = () => stand.parting;

export const isThere = () => stand.status === "taken";

/* Another conversation: how far the one before had come says nothing of it. */
export function anew() {
  leave();
  Object.assign(stand, { heard: 0, over: false });
  for (const far of [told, marks]) Object.assign(far, { delivered: 0, seen: 0 });
}

/* The page is drawn anew up to the message `heard`; what comes after it is followed. */
export function show(person, heard) {
  leave();
  Object.assign(stand, { heard, over: false });
  put(person ?? null);
  saw();
}

/* How it stands, as the server has just said: the bar, its buttons, what is still asked. */
export function put(person) {
  stand.status = person?.status ?? null;
  stand.parting = person?.parting ?? "";
  one("#chat").dataset.person = stand.status ?? "";
  one("#attendant strong").textContent = person?.says ?? "";
  one("#attendant small").textContent = person?.outlook ?? "";
  one("#attendant div").replaceChildren(...(person?.acts ?? []).map(button));
  one("#typing").dataset.says = person?.types ?? "";
  invite(person?.invites || page.about().labels.question_placeholder, person?.invites);
  if (!isThere()) types(false);
  tidy();
  if (stand.status && stand.status !== "closed") stand.over = false;
  if (stand.status && !stand.over && !following) follow();
}

export function leave() {
  following?.abort();
  following = null;
}

async function follow() {
  const own = new AbortController();
  const begun = Date.now();
  following = own;
  await read(own).catch(() => {}); // a lost connection ends it as the server does
  own.abort();
  if (own !== following) return;
  following = null;
  if (!stand.over) page.broken(Date.now() - begun > LASTED);
}

async function read(own) {
  let quiet = null;
  const beat = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => own.abort(), QUIET);
  };
  own.signal.addEventListener("abort", () => clearTimeout(quiet));
  beat();
  const { conversation, language } = page.about();
  const asked = { conversation, language, after: stand.heard };
  for await (const news of stream("api/live", asked, own.signal)) {
    if (own !== following) return;
    beat();
    if (news.end) stand.over = true;
    if (news.person) put(news.person);
    if (news.messages) heard(news.messages);
    if (news.marks) sign(news.marks);
    if (news.typing !== undefined) types(news.typing);
  }
}

function heard(messages) {
  page.took(messages);
  stand.heard = Math.max(stand.heard, ...messages.map(({ sequence }) => sequence));
  if (messages.some(({ author }) => author === "agent")) {
    types(false);
    if (document.hidden) document.title = `(${++unread}) ${page.about().labels.page_title}`;
  }
  if (messages.some(({ author }) => author !== "customer")) saw(); // their own words they know
}

/* Tells how far this page has come; what is in a hidden page is delivered, not seen. */
export function saw() {
  if (!stand.status) return;
  const delivered = Math.max(told.delivered, stand.heard);
  const seen = document.hidden ? told.seen : stand.heard;
  if (!document.hidden && unread) {
    unread = 0;
    document.title = page.about().labels.page_title;
  }
  if (delivered === told.delivered && seen === told.seen) return;
  Object.assign(told, { delivered, seen });
  tell("api/seen", { conversation: page.about().conversation, delivered, seen }).then((heard) => heard || sawAgain());
}

/* What the server did not hear is told once more. */
function sawAgain() {
  clearTimeout(untold);
  untold = setTimeout(() => {
    Object.assign(told, { delivered: 0, seen: 0 });
    saw();
  }, TOLD_AGAIN);
}

/* The connection is lost: what the other side does meanwhile is not known. */
export function lost() {
  types(false);
}

/* The customer has changed what stands in the box. */
export function typed(text) {
  if (!isThere()) return;
  const typing = Boolean(text.trim());
  if (typing ? Date.now() - told.typing < TYPING : !told.typing) return;
  told.typing = typing ? Date.now() : 0;
  announce(page.about().conversation, typing);
}

/* A sign that was still on its way when its message was sent may have come after it, and is taken back. */
function announce(conversation, typing) {
  tell("api/typing", { conversation, typing }).then(() => typing && !told.typing && announce(conversation, false));
}

/* A message was sent: the server knows by itself that its writer has stopped. */
export function sent() {
  told.typing = 0;
}

/* The signs on what the customer wrote; in attributes, so that a screen reader is not told of each. */
export function sign(news = marks) {
  Object.assign(marks, news);
  const signs = [...document.querySelectorAll("#log .mark")];
  for (const mark of signs) {
    const level = levelOf(Number(mark.closest(".message").dataset.sequence));
    const label = page.about().labels[`mark_${level}`] ?? "";
    Object.assign(mark.dataset, { level, says: mark === signs.at(-1) ? label : "" });
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", label);
    mark.title = label;
  }
}

function levelOf(sequence) {
  if (sequence <= marks.seen) return "seen";
  return sequence <= marks.delivered ? "delivered" : "sent";
}

function types(typing) {
  one("#typing").textContent = typing ? one("#typing").dataset.says : "";
}

/* Takes away questions that were answered, here or on another page. */
export function tidy() {
  const asked = stand.status === "closed" ? `#log .message:has(~ ${OVER}) .asks` : "#log .asks";
  for (const ask of document.querySelectorAll(asked)) ask.remove();
  if (stand.status === "closed") for (const form of document.querySelectorAll("#log .handoff .reach")) form.remove();
}

function button({ do: act, label }) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.do = act;
  made.textContent = label;
  return made;
}
