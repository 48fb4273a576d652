/* Beginning anew while a question to a person is open: the customer hears what becomes of it, and chooses. */

import { one } from "./page.js";

const dialog = () => one("#parting");

/* Asks with the sentence of how it stands, in the words of the page. */
export function ask(sentence, labels) {
  dialog().querySelector("p").textContent = sentence;
  for (const button of dialog().querySelectorAll("button")) button.textContent = labels[button.dataset.says];
  dialog().showModal();
}

export function close() {
  dialog().close();
}
