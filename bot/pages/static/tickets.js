// The desk's tickets: the list on one side, the ticket that is worked on beside it, both alive by one stream.
import { ask, Refused, Unable } from "./ask.js";
import { Composer } from "./composer.js";
import { live, serially } from "./live.js";
import { Note } from "./note.js";
import { extend, redraw } from "./redraw.js";
import { newKey } from "./server.js";
import { say } from "./staff.js";

const ADDRESS = "/desk/tickets";
const NEAR = 80; // pixels from the end of the conversation that count as being there
const PAUSE = 100; // milliseconds between two readings of a ticket
const LEVELS = ["sent", "delivered", "seen"];
const TWICE = 700; // milliseconds in which a slow hand clicks twice, and as often as not means once
const NARROW = matchMedia("(max-width: 720px)"); // as in tickets.css: one thing below the other
const SAME = 8; // pixels between two clicks in one place

class Tickets {
  constructor(root) {
    this.root = root;
    this.state = root.querySelector(".state");
    this.ticket = root.querySelector(".ticket");
    this.fault = root.querySelector(".fault");
    this.chat = root.querySelector(".chat-side");
    this.frame = root.querySelector(".talk-frame");
    this.typing = root.querySelector(".typing");
    this.asking = root.querySelector(".asking");
    this.number = null;
    this.lacking = "";
    this.seen = 0;
    this.keys = new Map(); // act -> the key and text that it has while it may be done already, or until another ticket is opened
    this.click = null; // the last one on an act of this ticket
    this.blamed = null; // another ticket, of which a fault is told
    this.read = serially(() => this.readTicket(), PAUSE);
    this.note = new Note(root.querySelector("#note"));
    this.composer = new Composer(root.querySelector(".composer"), {
      sent: (view) => this.sent(view),
      fault: (sentence, number) => this.blame(sentence, number, "sent"),
      changed: () => this.blamed || this.blame(""),
      search: () => this.search(),
    });
    this.listen();
    this.open(asked());
  }

  listen() {
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    this.root.addEventListener("askdesk:passage", ({ detail }) => this.insert(detail));
    this.root.querySelector(".note-form").addEventListener("submit", (event) => this.noted(event));
    live.addEventListener("board", ({ detail }) => this.list(detail));
    live.addEventListener("ticket", () => this.read());
    live.addEventListener("said", ({ detail }) => this.hear(detail));
    live.addEventListener("typing", ({ detail }) => (this.typing.hidden = !detail));
    live.addEventListener("lost", ({ detail }) => this.tell(detail));
    live.addEventListener("well", () => this.tell(""));
    document.addEventListener("visibilitychange", () => this.looked());
    document.addEventListener("askdesk:search", (event) => this.wished(event));
    new IntersectionObserver(() => this.looked()).observe(this.ticket);
    this.frame.addEventListener("scroll", () => (this.wasAtEnd = this.isAtEnd()));
    new ResizeObserver(() => this.wasAtEnd && this.toEnd()).observe(this.frame);
    new ResizeObserver(() => this.chat.matches(":focus-within") && this.show()).observe(this.chat);
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  /** What is wrong with the connection; else that a ticket was asked for in vain, until another one is opened. */
  tell(sentence) {
    this.state.textContent = sentence || this.lacking;
    this.state.hidden = !this.state.textContent;
  }

  list({ html }) {
    redraw(this.part("board"), html);
    this.mark();
  }

  mark() {
    for (const entry of this.root.querySelectorAll("[data-ticket]")) {
      if (Number(entry.dataset.ticket) === this.number) entry.setAttribute("aria-current", "true");
      else entry.removeAttribute("aria-current");
    }
  }

  // One ticket

  open(number) {
    this.number = number;
    this.lacking = "";
    this.fresh = true;
    this.seen = this.last = 0;
    this.marks = { delivered: 0, seen: 0 };
    this.held = false;
    this.keys.clear();
    this.click = null;
    if (!this.blamed || this.blamed === number) this.blame("");
    this.typing.hidden = true;
    this.ticket.hidden = true;
    this.root.querySelector(".no-ticket").hidden = Boolean(number);
    this.root.classList.toggle("has-ticket", Boolean(number));
    this.composer.turn(number);
    this.note.turn(number);
    const address = new URL(location.href);
    if (number) address.searchParams.set("ticket", number);
    else address.searchParams.delete("ticket");
    history.replaceState(history.state, "", address);
    this.mark();
    live.watch(number);
    live.refresh();
  }

  /** A message may have been the last one, which the list shows at once. */
  sent(view) {
    if (!view.parts) return this.hear(view);
    if (!view.held) live.lookAtBoard();
    this.draw(view);
  }

  async readTicket() {
    const number = this.number;
    const missing = (sentence) => number === this.number && this.lack(sentence);
    const view = number && (await live.asked(String(number), missing));
    if (view && number === this.number) this.draw(view);
  }

  /** The ticket is not there, as where an address was mistyped: back to those that are. */
  lack(sentence) {
    this.open(null);
    this.lacking = `${sentence} Choose one from the list.`;
    this.tell("");
  }

  draw(view) {
    if (view.number !== this.number) return;
    if (view.last < this.last) return this.read(); // an answer that was overtaken
    const { fresh } = this;
    const atEnd = fresh || this.isAtEnd();
    for (const [name, html] of Object.entries(view.parts)) redraw(this.part(name), html);
    this.composer.show(view.held, view.language);
    this.ticket.hidden = false;
    const notes = this.part("notes").querySelectorAll("li").length;
    this.root.querySelector("#beside-notes-tab .number").textContent = notes ? ` ${notes}` : "";
    if (atEnd) this.toEnd();
    if (fresh) this.opened(view);
    else if (view.held && !this.held) this.turnTo("articles");
    this.fresh = false;
    this.held = view.held;
    this.last = view.last;
    this.sign(this.marks);
    this.looked();
  }

  /** Adds what was said since, and how far all has come; the rest of the ticket is as it was. */
  hear({ number, after, last, messages, marks }) {
    if (number !== this.number) return;
    if (this.fresh || after > this.last) return this.read(); // what was said before it is not here yet
    const atEnd = this.isAtEnd();
    for (const { sequence, html } of messages) if (sequence > this.last) extend(this.part("talk"), html);
    if (atEnd) this.toEnd();
    this.last = Math.max(this.last, last);
    this.sign(marks);
    if (messages.some(({ author }) => author !== "agent")) this.looked();
  }

  /** How far each message of an agent has come; what was delivered or seen stays so. */
  sign({ delivered, seen }) {
    this.marks = { delivered: Math.max(delivered, this.marks.delivered), seen: Math.max(seen, this.marks.seen) };
    for (const { dataset } of this.part("talk").querySelectorAll("[data-sign]")) {
      const sequence = Number(dataset.sequence);
      const level = sequence <= this.marks.seen ? "seen" : sequence <= this.marks.delivered ? "delivered" : "sent";
      if (LEVELS.indexOf(level) > LEVELS.indexOf(dataset.sign)) dataset.sign = level;
    }
  }

  toEnd() {
    this.frame.scrollTop = this.frame.scrollHeight;
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.frame;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** What is drawn for the first time: facts for whoever is to decide, articles for whoever answers. */
  opened(view) {
    this.turnTo(view.held ? "articles" : "facts");
    const title = this.part("head").querySelector("h2");
    if (view.held && matchMedia("(hover: hover)").matches) this.composer.focus();
    else if (this.root.checkVisibility()) title.focus({ preventScroll: true });
    if (this.ticket.getBoundingClientRect().top > innerHeight / 2) this.ticket.scrollIntoView({ block: "start" });
    if (view.held) this.show();
  }

  /** On a phone the conversation stands below much else, and its newest words right above the reply. */
  show() {
    if (NARROW.matches) this.chat.scrollIntoView({ block: "nearest" });
  }

  /** Tells the customer that their words were read, where they are in sight of the one who answers. */
  looked() {
    if (document.hidden || !this.held || this.ticket.hidden || !this.ticket.checkVisibility() || this.last <= this.seen) return;
    this.seen = this.last;
    ask(`${ADDRESS}/${this.number}/seen`, { method: "POST", sent: { sequence: this.last } }).catch(() => (this.seen = 0));
  }

  /** Says what went wrong, until the next act; on another ticket, until that one is opened or more goes wrong. */
  blame(sentence, number = this.number, act = "done") {
    this.blamed = number === this.number ? null : number;
    this.fault.textContent = this.blamed ? `Not ${act} on ticket ${number}: ${sentence}` : sentence;
    this.fault.hidden = !sentence;
  }

  // Acting

  clicked(event) {
    const { target } = event;
    const entry = target.closest("[data-ticket]");
    if (entry) return this.open(Number(entry.dataset.ticket));
    const filter = target.closest("[data-filter]");
    if (filter) return live.filter(filter.dataset.filter, filter.dataset.value);
    const side = target.closest("[data-side]");
    if (side) return this.turnTo(side.dataset.side);
    const away = target.closest("[data-away]");
    if (away) return this.be(away.dataset.away === "true");
    const { act, asks } = target.closest("[data-act]")?.dataset ?? {};
    if (act === "back") this.open(null);
    else if (!act || this.again(event)) return;
    else if (act === "assign") this.passOn();
    else if (act === "phoned") this.phoned(target.closest("[data-act]").dataset.reached === "yes");
    else if (this.part("acts").contains(target)) this.surely(act, asks);
  }

  /** Whether it is the other half of a double click: by then another act may stand where one was pressed. */
  again({ timeStamp, clientX, clientY, detail }) {
    const { click } = this;
    if (detail) this.click = { timeStamp, clientX, clientY };
    if (!detail || !click || timeStamp - click.timeStamp > TWICE) return false;
    return Math.hypot(clientX - click.clientX, clientY - click.clientY) < SAME;
  }

  /** Asks first, where a slip of the hand would end what a customer waits for. */
  surely(act, asks) {
    if (!asks) return this.act(act);
    this.asking.querySelector("p").textContent = asks;
    this.asking.returnValue = "";
    this.asking.addEventListener("close", () => this.asking.returnValue && this.act(act), { once: true });
    this.asking.showModal();
  }

  passOn() {
    const { value } = this.part("acts").querySelector("select");
    if (!value) return this.blame("Choose a colleague first.");
    this.act("assign", { to: value });
  }

  /** What came of a promised call stands in the note. */
  phoned(reached) {
    if (this.note.text) return this.sendNote("phoned", { reached }, "What came of the call is noted.");
    this.turnTo("notes");
    this.blame("Write into the note what came of the call, then press it again.");
    this.note.box.focus();
  }

  /** Away, though the page is open, or back. */
  async be(away) {
    try {
      await ask(`${ADDRESS}/presence`, { method: "POST", sent: { away } });
      say(away ? "You are away." : "You are back.");
    } catch (error) {
      this.tell(error instanceof Refused ? error.message : "The server does not answer. Try again.");
    }
    live.refresh();
  }

  /** Does it under a key that stays the same while it may be done already; gives whether it is done. */
  async act(name, more = {}, keys = this.keys) {
    const { number } = this;
    const { text = "", ...rest } = more;
    const subject = JSON.stringify([number, name, rest]);
    const before = keys.get(subject);
    const key = before && text.startsWith(before.text) ? before.key : newKey(); // a text that is written on is the same
    keys.set(subject, { key, text });
    if (!this.blamed) this.blame("");
    try {
      const view = await ask(`${ADDRESS}/${number}/${name}`, { method: "POST", sent: { ...more, key } });
      keys.delete(subject);
      if (name !== "note") live.lookAtBoard();
      if (number === this.number) this.acted(name, view);
      return true;
    } catch (error) {
      const refused = error instanceof Refused;
      if (refused && !(error instanceof Unable)) {
        if (before) keys.set(subject, before); // what was sent then may have come all the same
        else keys.delete(subject);
      }
      const again = more.text ? "Try again." : "Try again: nothing is done twice."; // a text may be written on
      this.blame(refused ? error.message : `The server does not answer. ${again}`, number);
      if (refused) live.refresh();
      return false;
    }
  }

  acted(name, view) {
    this.draw(view);
    if (name === "note") return;
    if (view.held) this.composer.focus();
    else this.part("head").querySelector("h2").focus({ preventScroll: true });
  }

  noted(event) {
    event.preventDefault();
    if (this.note.text) this.sendNote("note", {}, "The note is added.");
  }

  async sendNote(name, more, sentence) {
    if (this.note.isUnderWay) return this.blame("The note before this one is still on its way.");
    if (await this.note.send((text) => this.act(name, { ...more, text }, this.note.keys))) say(sentence);
  }

  /** A passage goes into the reply with the address by which customers open it. */
  insert({ plain, link, language, audience, title }) {
    if (audience !== "public" || !link) return this.blame(`“${title}” is for agents only: say it in your own words.`);
    if (!this.held) return this.blame("Take the ticket first, then passages go into your reply.");
    const origin = this.root.dataset.public || location.origin;
    setTimeout(() => this.composer.insert(`${plain}\n${origin}${link}`, language)); // after the finder took the focus
    say(`In the reply: ${title}`);
  }

  // What stands beside

  turnTo(name, { focus = false } = {}) {
    for (const tab of this.root.querySelectorAll("[data-side]")) {
      const chosen = tab.dataset.side === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      this.root.querySelector(`#${tab.getAttribute("aria-controls")}`).hidden = !chosen;
      if (chosen && focus) tab.focus();
    }
  }

  /** Somebody wishes for a search: there is one beside the ticket. */
  wished(event) {
    if (!this.ticket.checkVisibility()) return;
    event.preventDefault();
    this.search();
  }

  search() {
    this.turnTo("articles");
    const box = this.root.querySelector(".finder-words");
    box.focus();
    box.select();
  }

  /** Arrows lead from ticket to ticket, and from what stands beside to what else could. */
  pressed(event) {
    const ticket = this.after(event, "[data-ticket]", { ArrowDown: 1, ArrowUp: -1 });
    const side = this.after(event, "[data-side]", { ArrowRight: 1, ArrowLeft: -1 });
    if (ticket) ticket.focus();
    else if (side) this.turnTo(side.dataset.side, { focus: true });
    else return;
    event.preventDefault();
  }

  after({ target, key }, selector, steps) {
    const here = target.closest(selector);
    if (!here || !steps[key]) return null;
    const all = [...this.root.querySelectorAll(selector)];
    return all[(all.indexOf(here) + steps[key] + all.length) % all.length];
  }
}

/** The ticket that the page's address names. */
export function asked() {
  return Number(new URLSearchParams(location.search).get("ticket")) || null;
}

const mounted = new WeakSet();

function mount() {
  for (const root of document.querySelectorAll("section.tickets")) {
    if (mounted.has(root)) continue;
    mounted.add(root);
    new Tickets(root);
  }
}

new MutationObserver(mount).observe(document.body, { childList: true, subtree: true });
mount();
