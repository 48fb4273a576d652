// The box for notes to colleagues: what is typed is kept for its ticket, and so is what is on its way.
import { keep, recall } from "./kept.js";

const written = (number) => `note.${number}`;
const leaving = (number) => `note-unsent.${number}`;

export class Note {
  constructor(box) {
    this.box = box;
    this.number = null;
    this.under = new Set(); // the tickets whose note is on its way
    this.keys = new Map(); // of notes that are in the box again, and may have come all the same
    box.addEventListener("input", () => keep(written(this.number), box.value));
  }

  get text() {
    return this.box.value.trim();
  }

  get isUnderWay() {
    return this.under.has(this.number);
  }

  /** Turns to a ticket; what was typed there is in the box, and what was on its way when the page was left. */
  turn(number) {
    this.number = number;
    if (number && !this.isUnderWay) this.back(number);
    else this.box.value = number ? (recall(written(number)) ?? "") : "";
  }

  /** The box is free while `bring` takes its text to the server; gives whether it did. */
  async send(bring) {
    const { number, text } = this;
    this.under.add(number);
    keep(leaving(number), text);
    this.write(number, "");
    const came = await bring(text);
    this.under.delete(number);
    if (came) keep(leaving(number), "");
    else this.back(number);
    return came;
  }

  /** What did not come stands above what was typed since. */
  back(number) {
    const texts = [recall(leaving(number)), recall(written(number))];
    this.write(number, texts.filter((text) => text?.trim()).join("\n\n"));
    keep(leaving(number), "");
  }

  write(number, text) {
    keep(written(number), text);
    if (number === this.number) this.box.value = text;
  }
}
