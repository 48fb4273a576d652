// What goes on at the desk while a page of it is open: one stream, and the list of tickets as it is now.
// Told as events: `board` with the list, `ticket` when it is to be read anew, `said` with what is new in it, `typing` with whether, `lost` with a sentence, `well`.
import { ask, Missing, Refused } from "./ask.js";

const BETWEEN_LOOKS = 30_000; // milliseconds; waiting times grow without any event
const PAUSE = 1000; // milliseconds between two looks at the list, however much goes on
const ASLEEP = 15_000; // milliseconds out of sight after which a stream is not relied on
const AGAIN = 3000; // milliseconds until a stream that was refused is tried again
const SELDOM = 60_000; // milliseconds until a page that nobody looks at asks for a stream again; less than `FRESH` of bot/state/presence.py

class Live extends EventTarget {
  constructor() {
    super();
    this.wish = { show: "open", queue: "" };
    this.number = null;
    this.looks = 0;
    this.look = serially(() => this.lookAtBoard(), PAUSE);
    this.watch(null);
    setInterval(() => this.refresh(), BETWEEN_LOOKS);
    document.addEventListener("visibilitychange", () => this.looked());
    addEventListener("online", () => this.anew());
    addEventListener("pageshow", ({ persisted }) => persisted && this.anew());
  }

  /** Watches a ticket beside the list; the first events come at once. */
  watch(number) {
    this.number = number;
    clearTimeout(this.opening);
    this.source?.close();
    this.source = new EventSource(`/desk/live${number ? `?ticket=${number}` : ""}`);
    this.source.addEventListener("open", () => clearTimeout(this.missing));
    this.source.addEventListener("tickets", () => this.look());
    this.source.addEventListener("ticket", () => this.tell("ticket"));
    this.source.addEventListener("said", ({ data }) => this.tell("said", JSON.parse(data)));
    this.source.addEventListener("typing", ({ data }) => this.tell("typing", JSON.parse(data).typing));
    this.source.addEventListener("displaced", () => this.rest());
    this.source.addEventListener("error", () => this.broken());
  }

  /** Other pages of this agent's have all streams there are for one; out of sight, this one seldom asks for one. */
  rest() {
    if (!document.hidden) return;
    this.source.close();
    this.left = 0;
    this.opening = setTimeout(() => this.watch(this.number), SELDOM); // who has no stream is soon taken for gone
  }

  /** The browser opens a stream again by itself, unless the server has refused it; looking tells which it is. */
  broken() {
    this.tell("typing", false);
    clearTimeout(this.missing);
    this.missing = setTimeout(() => this.refresh(), AGAIN);
    if (this.source.readyState === EventSource.CLOSED) this.opening = setTimeout(() => this.watch(this.number), AGAIN);
  }

  /** A phone that slept may hold a stream that is long dead. */
  looked() {
    if (document.hidden) this.left = Date.now();
    else if (Date.now() - this.left > ASLEEP) this.anew();
  }

  anew() {
    this.watch(this.number);
    this.refresh();
  }

  refresh() {
    this.look();
    this.tell("ticket");
  }

  filter(name, value) {
    this.wish[name] = value;
    return this.lookAtBoard();
  }

  async lookAtBoard() {
    const wish = new URLSearchParams(Object.entries(this.wish).filter(([, value]) => value));
    const look = ++this.looks;
    const view = await this.asked(`board?${wish}`);
    if (view && look === this.looks) this.tell("board", view);
  }

  /** The answer, null where there is none; a server that is gone is told of until it is back. `missing` is called
      with a sentence where the server is there, but nothing by that path. */
  async asked(path, missing) {
    try {
      const view = await ask(`/desk/tickets/${path}`);
      this.tell("well");
      return view;
    } catch (error) {
      if (missing && error instanceof Missing) missing(error.message);
      else this.tell("lost", error instanceof Refused ? error.message : "The server does not answer. What you see may be old; trying again…");
      return null;
    }
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** Runs one at a time; whoever calls meanwhile is served by one more run after it, and after a pause. */
export function serially(work, pause = 0) {
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
      if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    } while (again);
  };
  return () => {
    again = true;
    running ??= run().finally(() => (running = null));
    return running;
  };
}

export const live = new Live();
