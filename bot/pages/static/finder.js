// The finder: a box to type in, and below it passages to walk, copy, open, pin, or put into a reply.
// Every .finder on the page is filled and acted for. `askdesk:passage` hands a passage to whoever wants it.
import { ask as request, Refused } from "./ask.js";
import { write } from "./clipboard.js";
import { sayDates } from "./log.js";
import { article } from "./reader.js";
import { newKey } from "./server.js";
import { say } from "./staff.js";

const PAUSE = 10; // milliseconds: far less than between two keys; what is overtaken costs the server nothing
const RETRIES = [500, 1000, 2000, 4000, 8000]; // milliseconds
const RESTED = 2000; // milliseconds after which a search counts as made
const ADDRESS = "/desk/finder";
const touch = matchMedia("(hover: none)");

const ask = (path, more) => request(`${ADDRESS}/${path}`, more);

class Finder {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector(".finder-words");
    this.grid = root.querySelector(".finder-grid");
    this.state = root.querySelector(".finder-state");
    this.count = root.querySelector(".count");
    this.foot = root.querySelector(".finder-foot");
    this.filters = [...root.querySelectorAll("select")];
    this.rows = []; // what can be done with each row of passages, by its number
    this.pinned = new Set();
    this.reported = new Map(); // words -> the key that they were reported under
    this.current = null; // the request under way
    this.settled = Promise.resolve();
    this.failures = 0;
    this.listen();
    this.look();
    root.dataset.ready = ""; // keys are heard
  }

  listen() {
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    for (const filter of this.filters) filter.addEventListener("change", () => this.look());
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.pointed(event));
  }

  get words() {
    return this.box.value.trim();
  }

  typed() {
    this.began = performance.now();
    clearTimeout(this.pause);
    this.waiting = true;
    this.pause = setTimeout(() => this.look(), this.words ? PAUSE : 0);
    if (this.box.value === "?") {
      this.box.value = "";
      this.keys();
    }
  }

  /** Asks for what is in the box now; an older request is given up. */
  look() {
    clearTimeout(this.pause);
    clearTimeout(this.again);
    this.current?.abort();
    this.waiting = true; // for rows that belong to what is in the box
    this.current = new AbortController();
    this.settled = this.fetch(this.current);
    return this.settled;
  }

  async fetch(request) {
    const words = this.words;
    const began = this.began;
    try {
      const seen = words ? await ask(this.wish(words), { signal: request.signal }) : await ask("start", { signal: request.signal });
      if (request !== this.current) return;
      this.waiting = words !== this.words; // more may have been typed meanwhile
      this.well();
      this.show(seen, words);
      if (began) requestAnimationFrame(() => performance.measure("finder", { start: began, detail: words }));
      this.began = 0;
    } catch (error) {
      if (request === this.current) this.failed(error);
    }
  }

  wish(words) {
    const chosen = this.filters.filter((filter) => filter.value).map((filter) => [filter.name, filter.value]);
    return `search?${new URLSearchParams([["q", words], ...chosen])}`;
  }

  show(seen, words) {
    if (seen.languages) this.choices(seen);
    this.rows = seen.rows;
    this.shown = words;
    this.grid.innerHTML = seen.html;
    const all = this.all();
    all.forEach((row, place) => (row.id = `${this.root.dataset.place}-row-${place}`));
    for (const row of all) this.dress(row);
    this.box.setAttribute("aria-expanded", String(all.length > 0));
    if (all.length) this.grid.setAttribute("role", "grid");
    else this.grid.removeAttribute("role"); // a sentence instead of rows
    this.activate(words && all.length ? all[0] : null, { quiet: true });
    this.count.textContent = seen.told;
    this.foot.hidden = !words;
    this.reset();
    clearTimeout(this.telling);
    clearTimeout(this.resting);
    this.telling = setTimeout(() => say(seen.told), 700); // not at every key
    if (words) this.resting = setTimeout(() => this.remember(), RESTED);
  }

  /** What the browser knows of a row and the server does not. */
  dress(row) {
    const insert = this.root.dataset.insert;
    const button = row.querySelector("[data-act=insert]");
    if (button && insert) button.firstChild.textContent = insert;
    else button?.remove();
    const own = this.rows[row.dataset.row];
    const pin = row.querySelector("[data-act=pin]");
    if (own && pin) {
      const pinned = this.pinned.has(own.mark);
      pin.firstChild.textContent = pinned ? "Unpin" : "Pin";
      row.classList.toggle("pinned", pinned);
    }
    if (own) row.setAttribute("aria-label", [own.title, own.section, row.querySelector(".chip")?.textContent, row.querySelector(".overdue")?.textContent, own.plain].filter(Boolean).join(". "));
  }

  choices({ languages, products, pinned }) {
    this.pinned = new Set(pinned);
    this.offer("language", languages);
    this.offer("product", products.map((product) => [product, product]));
  }

  offer(name, options) {
    const chooser = this.filters.find((filter) => filter.name === name);
    const fixed = [...chooser.options].filter((option) => !option.dataset.found);
    const found = options.map(([value, label]) => {
      const option = new Option(label, value, false, value === chooser.value);
      option.dataset.found = "";
      return option;
    });
    const chosen = chooser.value;
    chooser.replaceChildren(...fixed, ...found);
    chooser.value = [...chooser.options].some((option) => option.value === chosen) ? chosen : fixed[0].value;
  }

  // Errors

  failed(error) {
    if (error instanceof Refused) return this.tell(error.message, "bad");
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    this.tell("The server does not answer. Trying again…", "warn");
    this.root.classList.add("stale");
    this.again = setTimeout(() => this.look(), wait);
  }

  well() {
    if (this.failures) say("The server is back.");
    this.failures = 0;
    this.state.hidden = true;
    this.root.classList.remove("stale");
  }

  tell(sentence, tone) {
    this.state.textContent = sentence;
    this.state.className = `finder-state notice ${tone}`;
    this.state.hidden = false;
  }

  // Walking

  all() {
    return [...this.grid.querySelectorAll("[role=row]")];
  }

  get active() {
    return this.grid.querySelector("[role=row][aria-selected=true]");
  }

  activate(row, { quiet = false } = {}) {
    this.active?.setAttribute("aria-selected", "false");
    if (row) {
      row.setAttribute("aria-selected", "true");
      this.box.setAttribute("aria-activedescendant", row.id);
      if (!quiet) row.scrollIntoView({ block: "nearest" });
    } else this.box.removeAttribute("aria-activedescendant");
  }

  walk(step) {
    const all = this.all();
    const here = all.indexOf(this.active);
    const next = all[here + step];
    if (next) return this.activate(next);
    if (here + step < 0) window.scrollTo({ top: 0 });
  }

  pointed(event) {
    const row = event.target.closest("[role=row]");
    if (row && row !== this.active) this.activate(row, { quiet: true });
  }

  // Keys

  pressed(event) {
    if (event.isComposing) return; // Enter and arrows belong to the input method
    if (event.key === "ArrowDown") this.walk(1);
    else if (event.key === "ArrowUp") this.walk(-1);
    else if (event.key === "Enter") this.entered(event);
    else if (event.key === "F2") this.missing();
    else if (event.key === "F4") this.act("pin");
    else if (event.key === "Escape") this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async entered(event) {
    const way = event.shiftKey ? "open" : event.ctrlKey || event.metaKey ? "insert" : null;
    if (this.waiting) {
      this.look();
      await this.settled; // what was typed last is what is meant
      if (this.waiting) return; // it was not found, or more was typed since
    }
    this.act(way ?? this.active?.dataset.does ?? "copy");
  }

  clear() {
    this.box.value = "";
    this.began = 0;
    this.look();
  }

  focus() {
    this.box.focus();
    this.box.select();
  }

  // Doing

  clicked(event) {
    const act = event.target.closest("[data-act]");
    if (act?.dataset.act === "keys") return this.keys();
    if (act?.dataset.act === "missing") return this.missing();
    if (act?.dataset.act === "forget") return this.forget();
    const row = event.target.closest("[role=row]");
    if (!row || event.target.closest("a")) return;
    this.activate(row, { quiet: true });
    if (act) this.act(act.dataset.act);
    else if (["again", "open"].includes(row.dataset.does)) this.act(row.dataset.does);
    if (!touch.matches && !this.root.querySelector("dialog[open]") && !String(getSelection())) this.box.focus();
  }

  act(way) {
    const row = this.active;
    if (!row) return;
    const own = this.rows[row.dataset.row];
    if (way === "again") return this.repeat(row.dataset.words);
    if (way === "unpin" || row.dataset.mark) return this.letGo(row);
    if (!own) return;
    if (way === "copy") this.copy(row, own);
    if (way === "insert") this.insert(own);
    if (way === "open") this.open(own);
    if (way === "pin") this.pin(row, own);
    this.remember();
  }

  repeat(words) {
    this.box.value = words;
    this.began = performance.now();
    this.look();
    if (!touch.matches) this.box.focus();
  }

  async copy(row, own) {
    await write(text(own));
    this.done(row.querySelector("[data-act=copy]"), "Copied", "Copy");
    say(`Copied: ${own.title}`);
  }

  /** Hands the passage on; what is for agents only never goes to a customer. */
  insert(own) {
    if (!this.root.dataset.insert) return;
    if (own.audience === "agents") return this.tell("This article is for agents only: say it in your own words.", "warn");
    const parts = own.link ? [own.plain, new URL(own.link, location.origin)] : [own.plain];
    const detail = { ...own, text: parts.join("\n\n") };
    this.root.dispatchEvent(new CustomEvent("askdesk:passage", { bubbles: true, detail }));
  }

  async pin(row, own) {
    const pinned = !this.pinned.has(own.mark);
    if (!(await this.send("pin", { mark: own.mark, pinned }))) return;
    if (pinned) this.pinned.add(own.mark);
    else this.pinned.delete(own.mark);
    say(pinned ? "Pinned" : "No longer pinned");
    if (this.words) this.dress(row);
    else this.look();
  }

  async letGo(row) {
    if (await this.send("pin", { mark: row.dataset.mark, pinned: false })) this.look();
  }

  async missing() {
    const words = this.words;
    if (!words) return;
    if (!this.reported.has(words)) this.reported.set(words, newKey());
    if (!(await this.send("missing", { words, key: this.reported.get(words) }))) return;
    const button = this.foot.querySelector("button");
    button.textContent = "Told the editors";
    button.disabled = true;
    this.tell(`The editors are told that this is missing: ${words}`, "good"); // the button may be far below
    this.remember();
  }

  reset() {
    this.label ??= this.foot.innerHTML;
    this.foot.innerHTML = this.label;
  }

  remember() {
    clearTimeout(this.resting);
    const words = this.shown;
    if (!words || words === this.remembered) return;
    this.remembered = words;
    ask("recent", { method: "POST", sent: { words } }).catch(() => (this.remembered = null));
  }

  async forget() {
    if (await this.send("recent", undefined, "DELETE")) this.look();
  }

  /** Whether the server took it; why not is told. */
  async send(path, sent, method = "POST") {
    try {
      await ask(path, { method, sent });
      return true;
    } catch (error) {
      this.tell(error instanceof Refused ? error.message : "The server does not answer: that was not stored. Try again.", "bad");
      return false;
    }
  }

  done(button, label, before) {
    if (!button) return;
    button.firstChild.textContent = label;
    button.classList.add("done");
    setTimeout(() => {
      button.firstChild.textContent = before;
      button.classList.remove("done");
    }, 2000);
  }

  // What opens over the page

  keys() {
    this.root.querySelector(".finder-keys").showModal();
  }

  async open(own) {
    const dialog = this.root.querySelector(".finder-reader");
    const sheet = dialog.querySelector(".sheet");
    try {
      const path = [own.language, ...own.article.split("/")].map(encodeURIComponent).join("/");
      sheet.replaceChildren(article(await ask(`article/${path}`, { as: "text" })));
      sayDates(sheet);
      dialog.showModal();
      const there = own.anchor && sheet.querySelector(`[id="${CSS.escape(own.anchor)}"]`);
      there?.classList.add("there");
      if (there) there.scrollIntoView({ block: "start" });
      else sheet.scrollTop = 0;
      sheet.focus({ preventScroll: true });
    } catch (error) {
      this.tell(error instanceof Refused ? error.message : "The server does not answer: the article was not opened.", "bad");
    }
  }
}

/** The passage as plain text with its source, as it goes into a mail or a chat. */
function text({ plain, title, section, source, audience }) {
  const where = section ? `${title} › ${section}` : title;
  const warning = audience === "agents" ? "For agents only, not to be sent on: " : "";
  return `${plain}\n\n${warning}${where} (${source})`;
}

const finders = new Map();

function mount() {
  for (const root of document.querySelectorAll(".finder")) {
    if (!finders.has(root)) finders.set(root, new Finder(root));
  }
  for (const root of finders.keys()) if (!root.isConnected) finders.delete(root);
}

new MutationObserver(mount).observe(document.body, { childList: true, subtree: true });
mount();

/** The one that can be seen. */
function visible() {
  return [...finders.values()].find(({ root }) => root.checkVisibility?.() ?? root.offsetParent);
}

/** From a tab that has none to the one that is made for it. */
function turnToSearch() {
  const tab = document.querySelector('button[role=tab][data-tab-id="search"]');
  if (!tab) return;
  tab.click();
  const look = () => (visible() ? visible().focus() : requestAnimationFrame(look));
  look();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
  const finder = visible();
  if ((event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    if (finder) finder.focus();
    else if (document.dispatchEvent(new CustomEvent("askdesk:search", { cancelable: true }))) turnToSearch();
    return; // else whoever has one that is not shown has taken it
  }
  if (!finder || typing) return;
  const near = event.target === document.body || finder.root.contains(event.target);
  if (event.key === "?") {
    event.preventDefault();
    finder.keys();
  } else if (near && ["ArrowDown", "ArrowUp", "F2", "F4", "Escape"].includes(event.key)) {
    finder.box.focus({ preventScroll: true });
    finder.pressed(event);
  }
});
