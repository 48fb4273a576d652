/* The chat page: what the customer does, and what comes of it. */

import { blame } from "./amiss.js";
import { clear, draw, forgive, isEmpty, stayInSight, wait } from "./log.js";
import * as outbox from "./outbox.js";
import { backToBox, box, drawn, note, one, speak, type } from "./page.js";
import * as parting from "./parting.js";
import * as person from "./person.js";
import { close, read } from "./reader.js";
import { call, keep, newKey, recall, Refused, TooOften, write as writeTo } from "./server.js";
import * as silence from "./silence.js";

const AGAIN = 4_000; // milliseconds until a lost connection is tried again
const LONGEST = 100_000; // characters sent, so that the server can say what is too long
const LOOKS_UP = new Set(["ask", "choose", "none", "person", "rate"]);

let token = recall("conversation");
let language = null;
let labels = {};
let busy = 0; // turns that run or wait for those before them
let turns = Promise.resolve(); // until all of them are done
let lost = null;
let held = []; // what goes on once the connection is back
let unsent = {};
let waiting = null; // what stands in the box and is sent after them
const uncut = new Map(); // what is sent to a person -> what was written, of which too much is not sent

/* Draws the page anew from the server, in the language that was chosen, if one was. */
async function open(chosen = null) {
  clearTimeout(lost);
  const asked = token;
  try {
    const view = await call("open", asked, chosen ?? (asked ? null : recall("language")));
    if (token !== asked) return; // a conversation was begun meanwhile
    hold(view.token);
    put(view);
    if (isEmpty() || chosen || !token) clear(view.welcome);
    person.show(view.person, Math.max(0, ...view.messages.map(({ sequence }) => sequence)));
    came(view.messages, { quiet: true });
    silence.after(view.silence, hush);
    note(lost ? labels.connection_back : "", Boolean(lost));
    lost = null;
    for (const goOn of held.splice(0)) goOn();
    outbox.show("");
    post();
  } catch (error) {
    note(error instanceof TooOften ? tooOften(error) : labels.connection_lost);
    tryAgain(error);
  }
}

function tryAgain({ seconds = 0 } = {}) {
  person.lost();
  clearTimeout(lost);
  lost = setTimeout(open, Math.max(AGAIN, seconds * 1000));
}

/* What the server has answered: new messages, and how it stands now. */
function took(view) {
  if (view.person !== undefined) person.put(view.person);
  came(view.messages);
  silence.after(view.silence, hush);
}

/* The same for what the customer has just done: what they were warned of before is past. */
function own(view) {
  if (view.messages.length) forgive();
  took(view);
}

function came(messages, how) {
  outbox.acknowledge(messages.map(({ key }) => key).filter(Boolean));
  draw(messages, how);
  person.sign();
  person.tidy();
}

/* The stream has ended, as the server ends each after a while; too soon, and the page waits a little. */
function broken(usual) {
  setTimeout(open, usual ? 0 : AGAIN);
}

function hold(value) {
  if (value !== token) person.anew();
  token = value;
  keep("conversation", value);
}

function put(view) {
  ({ language, labels } = view);
  speak(view);
}

/* The page follows the conversation's language, unless the customer has chosen one. */
async function follow(spoken) {
  if (!spoken || spoken === language || recall("language")) return;
  const view = await call("open", token, spoken).catch(() => null);
  if (!view) return;
  put(view);
  person.put(view.person);
}

/* One turn of the conversation; null where the server was not reached. */
function turn(act, text, ...data) {
  return turnOf(null, act, text, ...data);
}

/* The same for a form, which says itself what is amiss in it. */
function turnOf(form, act, text, ...data) {
  const shown = wait(text);
  return inTurn(() => carryOut(form, act, data, shown));
}

/* One after the other, in the order in which the customer did it. */
function inTurn(work) {
  busy += 1;
  const done = turns.then(work).finally(() => (busy -= 1));
  turns = done.catch(() => {});
  return done;
}

async function carryOut(form, act, data, shown) {
  if (form && !form.isConnected) return null; // a turn before has settled it
  if (LOOKS_UP.has(act)) shown.thinks(labels.thinking);
  try {
    const view = await (act === "ask" ? reply(act, data) : surely(act, data)).finally(shown.done);
    if (form && blame(form, view)) return null;
    own(view);
    note("");
    follow(view.language);
    return view;
  } catch (error) {
    failed(error, act === "ask" ? labels.unsent : labels.connection_lost);
    return null;
  } finally {
    if (!form?.querySelector(".amiss")) backToBox();
  }
}

/* Nobody has written for a while: the server decides whether it says something. Who is typing is not asked. */
async function hush() {
  if (busy || box().value.trim()) return silence.after(AGAIN / 1000, hush);
  const view = await call("silence", token, language).catch(() => null);
  if (!view) return silence.after(AGAIN / 1000, hush);
  if (!view.messages) return;
  draw(view.messages);
  silence.after(view.silence, hush);
}

function failed(error, whenLost) {
  if (error instanceof TooOften) return note(tooOften(error));
  note(error instanceof Refused ? labels.fault_unsaved : whenLost);
  if (!(error instanceof Refused)) tryAgain();
}

/* What was asked too often can be done again, and when. */
function tooOften({ seconds }) {
  const spoken = `${language ?? document.documentElement.lang}-u-nu-latn`;
  const time = new Intl.NumberFormat(spoken, { style: "unit", unit: "second", unitDisplay: "long" });
  return labels.too_often.replace("{time}", time.format(seconds));
}

/* A press that is lost on its way is sent once more when the connection is back; its key makes it count once.
   What was asked goes back to the box instead. */
async function surely(act, data) {
  for (;;) {
    try {
      return await reply(act, data);
    } catch (error) {
      if (error instanceof Refused || error instanceof TooOften) throw error;
      note(labels.connection_lost);
      tryAgain(error);
      await new Promise((resolve) => held.push(resolve));
    }
  }
}

async function reply(act, data) {
  token ?? hold(await call("start", language));
  const view = await call(act, token, language, ...data);
  if (!view.gone) return view;
  hold(await call("start", language));
  return call(act, token, language, ...data);
}

/* What stands in the box; while a turn runs it stays there, and goes after it unless more is being written. */
async function send() {
  const text = box().value;
  if (!busy || person.isThere()) return ask(text);
  if (!text.trim() || waiting === text) return;
  waiting = text;
  await turns;
  if (waiting !== text) return;
  waiting = null;
  if (box().value === text) await send();
}

async function ask(text) {
  if (person.isThere()) return say(text);
  if (unsent.text !== text) unsent = { text, key: newKey() };
  if (box().value === text) write("");
  const view = await turn("ask", text, unsent.key, text.slice(0, LONGEST));
  if (view && wasHeard(view)) unsent = {};
  else if (box().value !== text) write(below(text, box().value));
}

/* To a person: what was written stays on the page until the server has it, and more can be written meanwhile. */
function say(text) {
  if (!text.trim()) return;
  person.sent();
  write("");
  uncut.set(text.slice(0, LONGEST), text);
  outbox.add(text.slice(0, LONGEST));
  return post();
}

async function post() {
  try {
    if (await outbox.send(deliver)) note("");
  } catch (error) {
    outbox.show(labels.mark_waiting);
    failed(error, labels.connection_lost);
    tryAgain(error);
  }
}

async function deliver({ text, key }) {
  const heard = token && (await writeTo({ conversation: token, language, key, text }));
  const view = heard ?? (await reply("ask", [key, text]));
  if (view.messages.some(({ kind, id }) => kind === "fault" && !id)) throw new Refused("not stored");
  own(view);
  if (!wasHeard(view)) write(below(uncut.get(text) ?? text, box().value));
  uncut.delete(text);
}

/* Else what was written stands in the box again; a word to end what has ended is heard, too. */
function wasHeard({ messages }) {
  return messages.some(({ id }) => id) || messages.every(({ kind }) => kind === "small_talk");
}

/* What comes back to the box stands above what was written meanwhile. */
function below(text, written) {
  return [text, written].filter((one) => one.trim()).join("\n");
}

function write(text) {
  type(box(), text);
  keep("draft", text);
}

async function rate(button) {
  const helpful = button.dataset.helpful === "true";
  const group = button.parentElement;
  const view = await turn("rate", null, Number(button.closest(".message").dataset.id), helpful);
  if (!view) return;
  for (const thumb of group.querySelectorAll("button")) thumb.ariaPressed = String(thumb === button);
  if (helpful) group.firstElementChild.textContent = labels.rated_helpful;
}

async function leave(form, name, email) {
  if (await turnOf(form, "contact", null, name, email)) form.remove();
}

/* How the customer goes on who has waited too long; style takes the choice away once it is made. */
function goOn(chosen) {
  const form = chosen.elements ? chosen : null;
  return turnOf(form, "go_on", null, newKey(), chosen.dataset.way, form?.where.value ?? "");
}

function review(form, rating, comment) {
  return turnOf(form, "review", null, newKey(), rating, comment);
}

/* A question that is open is not left behind without a word of what becomes of it. */
function again() {
  const sentence = person.parting();
  if (sentence) parting.ask(sentence, labels);
  else if (confirm(labels.new_conversation_sure)) begin();
}

async function part(button) {
  parting.close();
  if (await turn("part", null, newKey(), button.dataset.closes === "true")) await begin();
}

function begin() {
  return inTurn(() => {
    hold(null);
    outbox.empty();
    return open();
  });
}

const acts = {
  go_on: goOn,
  ask: (button) => ask(button.textContent),
  choose: (button) => turn("choose", button.firstElementChild.textContent, newKey(), button.dataset.article),
  none: (button) => turn("none", button.textContent, newKey()),
  rate,
  skip: (button) => leave(button.form, "", ""),
  read: (link) => read(link, labels.article_missing),
  close,
  again,
  part,
  stay: parting.close,
  end: () => turn("end", null, newKey()),
  back: () => turn("back", null, newKey()),
  solved: (button) => turn("solved", button.textContent, newKey(), true),
  unsolved: (button) => turn("solved", button.textContent, newKey(), false),
  decline: (button) => review(button.form, null, ""),
};

function choose(code) {
  keep("language", code);
  open(code);
}

function clicked(event) {
  const target = event.target.closest("[data-do], #send, #person, a[href^='/articles/']");
  if (!target) return;
  event.preventDefault();
  if (target.id === "send") send();
  else if (target.id === "person") once(target, () => turn("person", target.textContent.trim(), newKey()));
  else once(target, acts[target.dataset.do ?? "read"]);
}

/* What was pressed shows it until it is carried out, and is not done twice. */
async function once(pressed, act) {
  if (pressed.ariaBusy) return;
  pressed.ariaBusy = "true";
  try {
    await act(pressed);
  } finally {
    pressed.ariaBusy = null;
  }
}

function pressed(event) {
  if (event.target !== box() || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  send();
}

function submitted(event) {
  event.preventDefault();
  once(event.target, submit);
}

function submit(form) {
  if (form.dataset.way) return goOn(form);
  const { name, email, rating, comment } = form.elements;
  if (form.matches(".review")) return review(form, Number(rating.value) || null, comment.value);
  return leave(form, name.value, email.value);
}

function written(text) {
  keep("draft", text);
  person.typed(text);
}

/* What opens is not left behind the box at the bottom. */
function opened({ target }) {
  if (!target.open || !target.closest(".ways")) return;
  target.scrollIntoView({ block: "center" });
  target.querySelector("input").focus({ preventScroll: true });
}

function awake() {
  if (!document.hidden && (!busy || held.length)) open();
}

await drawn("#log", "#question textarea", "#spoken :is(textarea, input)", "#send", "#person");
one("meta[name=viewport]").content += ", interactive-widget=resizes-content"; // above a phone's keyboard
labels = JSON.parse(one("#log").dataset.labels);
person.begin({ about: () => ({ conversation: token, language, labels }), took: came, broken });
stayInSight();
document.addEventListener("click", clicked);
document.addEventListener("keydown", pressed, { capture: true });
document.addEventListener("submit", submitted);
document.addEventListener("toggle", opened, { capture: true });
document.addEventListener("input", ({ target }) => target === box() && written(target.value));
document.addEventListener("visibilitychange", awake);
addEventListener("online", awake);
addEventListener("pageshow", ({ persisted }) => persisted && awake());
one("#language").addEventListener("change", ({ target }) => choose(target.value));
await open();
if (recall("draft")) write(recall("draft"));
one("#chat").dataset.ready = "";
backToBox();
