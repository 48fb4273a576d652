// What desk and studio have in common: buttons that choose, and a focus that survives a redrawn list.

const ask = window.fetch;

/* A session that has ended: what was being written is kept by the page for when it is opened again. */
window.fetch = async (...request) => {
  const answer = await ask(...request);
  if (answer.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  return answer;
};

/* Gradio names the browser's language, in which it has some words; ours are English, which a voice has to know. */
const { documentElement: whole } = document;
const inEnglish = () => whole.lang === "en" || (whole.lang = "en");
new MutationObserver(inEnglish).observe(whole, { attributeFilter: ["lang"] });
inEnglish();

let last = null; // the button in a drawn list that has the focus, by name and value

function listed(target) {
  return target.closest?.(".markup button[name]") ?? null;
}

/** Puts a value into a hidden field, as if it were typed. */
export function put(name, value) {
  const field = document.querySelector(`#${CSS.escape(name)} :is(textarea, input)`);
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = listed(event.target);
  if (button?.matches(".choose")) put(button.name, button.value);
});

document.addEventListener("focusin", (event) => {
  const button = listed(event.target);
  last = button && { name: button.name, value: button.value };
});

new MutationObserver(() => {
  if (!last || document.activeElement !== document.body) return;
  const alike = [...document.querySelectorAll(`.markup button[name="${CSS.escape(last.name)}"]`)];
  const same = alike.find((button) => button.value === last.value) ?? alike[0];
  same?.focus({ preventScroll: true });
}).observe(document.body, { childList: true, subtree: true });

document.addEventListener("pointerdown", (event) => {
  if (!listed(event.target)) last = null;
});

const spoken = document.createElement("div");
spoken.className = "unseen";
spoken.setAttribute("role", "status");
document.body.append(spoken);

/** Tells a screen reader. */
export function say(text) {
  spoken.textContent = text;
}
