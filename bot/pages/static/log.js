/* The conversation as it stands on the page. All HTML comes from our own server, made safe there. */

const log = () => document.querySelector("#log");

/* Adds the messages that are not there yet; a screen reader reads them out unless it is to be quiet. */
export function draw(messages, { quiet = false } = {}) {
  readOut(!quiet);
  const fresh = messages.filter(({ id }) => !id || !log().querySelector(`[data-id="${id}"]`));
  for (const { html } of fresh) log().insertAdjacentHTML("beforeend", html);
  sayDates(log());
  if (fresh.length) show(quiet ? log().lastElementChild : firstOf(fresh));
}

export function isEmpty() {
  return !log().childElementCount;
}

export function clear(welcome) {
  log().innerHTML = welcome;
}

/* The customer's own words at once, and a sign that somebody is at work; returns how to take both away. */
export function wait(text, thinking) {
  const own = text ? bubble("message customer", text) : null;
  const sign = bubble("message bot thinking", thinking);
  const parts = [own, sign].filter(Boolean);
  readOut(true);
  log().append(...parts);
  show(parts[0]);
  return () => parts.forEach((part) => part.remove());
}

function readOut(aloud) {
  log().setAttribute("aria-live", aloud ? "polite" : "off");
}

function bubble(className, text) {
  const made = document.createElement("article");
  made.className = className;
  const line = document.createElement("p");
  line.dir = "auto";
  line.textContent = text;
  made.append(line);
  return made;
}

function firstOf(fresh) {
  return log().children[log().children.length - fresh.length];
}

function show(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

export function sayDates(place) {
  for (const time of place.querySelectorAll("time:not([title])")) {
    time.title = time.dateTime;
    time.textContent = new Intl.DateTimeFormat(localOf(time.closest("[lang]").lang), { dateStyle: "long", numberingSystem: "latn" }).format(new Date(time.dateTime));
  }
}

/* The reader's own kind of a language: en-GB rather than en. */
function localOf(language) {
  return navigator.languages.find((one) => one.split("-")[0] === language) ?? language;
}
