// The composer: what an agent types, and what is on its way. Nothing is lost with the connection: a message that
// was not answered is sent again under the key it had first, which the server stores once.
import { ask, Refused, Unable } from "./ask.js";
import { keep, look, names, recall } from "./kept.js";
import { newKey } from "./server.js";

const RETRIES = [500, 1000, 2000, 4000, 8000]; // milliseconds
const UNSENT = "unsent."; // and the number of a ticket
const BETWEEN_SIGNS = 2500; // milliseconds between two signs that somebody types
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The messages of one ticket that are on their way, one at a time, in order. */
class Outgoing {
  constructor(number, composer) {
    this.number = number;
    this.composer = composer;
    this.name = `${UNSENT}${number}`;
    this.messages = recall(this.name) ?? [];
    this.under = false;
    if (this.messages.length) this.send();
  }

  add(text) {
    this.messages.push({ key: newKey(), text });
    this.send();
  }

  async send() {
    this.changed();
    if (this.under) return;
    this.under = true;
    let failures = 0;
    while (this.messages.length && look()) {
      const [message] = this.messages;
      try {
        const view = await ask(`/desk/tickets/${this.number}/write`, { method: "POST", sent: message });
        this.messages.shift();
        failures = 0;
        this.changed();
        this.composer.sent(view);
      } catch (error) {
        if (error instanceof Refused && !(error instanceof Unable)) this.refused(error.message);
        else {
          this.composer.lost(this.number, error instanceof Unable ? error.message : "The server does not answer.");
          await later(RETRIES[Math.min(failures++, RETRIES.length - 1)]);
        }
      }
    }
    this.under = false;
    this.composer.lost(this.number, null);
  }

  /** What was refused stands in the box again, with all that came after it. */
  refused(sentence) {
    const texts = this.messages.splice(0).map(({ text }) => text);
    this.changed();
    this.composer.back(this.number, texts.join("\n\n"), sentence);
  }

  changed() {
    keep(this.name, this.messages);
    this.composer.draw(this.number);
  }
}

export class Composer {
  /** `sent` is called with the ticket as it is after a message, `fault` with a sentence and the number of the ticket
      that it is about, `changed` when something else is typed, `search` when it is wished for. */
  constructor(form, { sent, fault, changed, search }) {
    Object.assign(this, { form, sent, fault, changed, search });
    this.box = form.elements.text;
    this.waiting = form.querySelector(".unsent");
    this.note = form.querySelector(".aside");
    this.to = form.querySelector(".to");
    this.outgoing = new Map();
    this.number = null;
    this.signed = 0;
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("click", (event) => event.target.closest("[data-act=canned]") && this.canned());
    this.box.addEventListener("input", () => {
      this.changed();
      this.typed();
    });
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    for (const name of names(UNSENT)) this.goOn(Number(name.slice(UNSENT.length)));
  }

  /** Turns to a ticket; its draft is in the box. */
  turn(number) {
    if (number === this.number) return;
    this.stop();
    this.number = number;
    this.tell("");
    this.write(number ? (recall(`draft.${number}`) ?? "") : "");
    if (number) this.goOn(number);
    this.draw(number);
  }

  /** What was on its way on a ticket when the page was left goes on. */
  goOn(number) {
    if (!this.outgoing.has(number)) this.outgoing.set(number, new Outgoing(number, this));
  }

  /** Shows it to whoever holds the ticket. */
  show(held, language) {
    this.form.hidden = !held;
    this.language = language;
    this.to.textContent = language ? ` · the customer writes ${inEnglish(language.code)}` : "";
  }

  focus() {
    this.box.focus();
  }

  /** Puts a text where the cursor is. */
  insert(text, language) {
    const { selectionStart: start, selectionEnd: end, value } = this.box;
    const before = value.slice(0, start);
    const gap = before.trim() ? "\n\n" : "";
    this.box.setRangeText(`${gap}${text}`, before.trimEnd().length, end, "end");
    this.typed();
    this.tell(language && this.language && language !== this.language.code ? foreign(language, this.language.code) : "");
    this.focus();
    this.box.scrollTop = this.box.scrollHeight;
  }

  canned() {
    const chosen = this.form.elements.canned.selectedOptions[0];
    if (!chosen?.dataset.text) return this.tell("Choose a canned reply first.");
    this.insert(chosen.dataset.text, chosen.dataset.language);
    this.form.elements.canned.value = "";
  }

  typed() {
    keep(`draft.${this.number}`, this.box.value);
    if (!this.box.value.trim()) return this.stop();
    if (Date.now() - this.signed < BETWEEN_SIGNS) return;
    this.signed = Date.now();
    this.sign(true);
  }

  stop() {
    if (this.signed && this.number) this.sign(false);
    this.signed = 0;
  }

  /** One that was still on its way when its message was sent may have come after it, and is taken back. */
  async sign(typing, ticket = this.number) {
    await ask("/desk/typing", { method: "POST", sent: { ticket, typing } }).catch(() => {}); // a lost one is no loss
    if (typing && !this.signed) this.sign(false, ticket);
  }

  pressed(event) {
    if (event.isComposing) return; // Enter belongs to the input method
    if (event.key === "Enter" && !event.shiftKey) this.submitted(event);
    else if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.search();
    }
  }

  submitted(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text) return;
    this.write("");
    this.signed = 0; // the message itself says that nobody types any more
    this.tell("");
    this.changed();
    this.outgoing.get(this.number).add(text);
  }

  write(text) {
    this.box.value = text;
    if (this.number) keep(`draft.${this.number}`, text);
  }

  tell(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  back(number, text, sentence) {
    if (number === this.number) this.write(below(text, this.box.value));
    else keep(`draft.${number}`, below(text, recall(`draft.${number}`) ?? ""));
    this.fault(sentence, number);
  }

  /** `why` it is not sent yet; null once it is. */
  lost(number, why) {
    if (number === this.number) this.tell(why ? `${why} Your message is kept and sent again…` : "");
  }

  draw(number) {
    if (number !== this.number) return;
    const texts = this.outgoing.get(number)?.messages.map(({ text }) => text) ?? [];
    this.waiting.hidden = !texts.length;
    this.waiting.replaceChildren(...texts.map(bubble));
  }
}

function below(text, written) {
  return [text, written].filter((one) => one.trim()).join("\n\n");
}

function inEnglish(code) {
  return new Intl.DisplayNames(["en"], { type: "language" }).of(code);
}

function foreign(language, own) {
  return `This is in ${inEnglish(language)}; the customer writes ${inEnglish(own)}. Choose that under Language to see what there is in it.`;
}

function bubble(text) {
  const line = document.createElement("li");
  line.className = "agent message";
  line.dataset.sign = "sending";
  const said = document.createElement("div");
  said.className = "said";
  said.dir = "auto";
  said.textContent = text;
  line.append(said);
  return line;
}
