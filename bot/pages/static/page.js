/* The page's own words and fields, in whatever language it is. */

const PASSING = 4_000; // milliseconds

let fading = null;
let inviting = null;

export const one = (selector) => document.querySelector(selector);
export const box = () => one("#question textarea");

/* Gradio draws the page after its script has loaded. */
export function drawn(...selectors) {
  return new Promise((resolve) => {
    const look = () => selectors.every(one) && (watch.disconnect(), resolve());
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true });
    look();
  });
}

export function speak({ language, direction, labels }) {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  document.title = labels.page_title;
  one("#language").value = language;
  one("#intro").textContent = labels.page_intro;
  name("#language", labels.language_label);
  name("#again", labels.new_conversation);
  name("#log", labels.conversation_label);
  name("#reader .close", labels.close);
  type(one("#spoken :is(textarea, input)"), language);
}

/* What stands in the box while nothing is written, though Gradio has words of its own there. */
export function invite(words, to = null) {
  const field = box();
  field.dataset.invites = words;
  if (to) field.setAttribute("aria-label", to);
  else field.removeAttribute("aria-label");
  inviting ??= new MutationObserver(() => place(field));
  inviting.observe(field, { attributeFilter: ["placeholder"] });
  place(field);
}

function place(field) {
  const { invites } = field.dataset;
  if (field.placeholder !== invites) field.placeholder = invites;
}

/* As if it was typed, so that Gradio learns of it. */
export function type(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/* What is good news passes. */
export function note(text, passing = false) {
  clearTimeout(fading);
  if (passing) fading = setTimeout(note, PASSING, "");
  one("#note").textContent = text;
}

/* On a phone, focus would bring up the keyboard over the answer. */
export function backToBox() {
  if (matchMedia("(hover: hover)").matches) box().focus({ preventScroll: true });
}

function name(selector, label) {
  one(selector).setAttribute("aria-label", label);
  if (selector !== "#log") one(selector).title = label;
}
