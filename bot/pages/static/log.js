/* The conversation as it stands on the page. All HTML comes from our own server, made safe there. */

const NEAR = 80; // pixels from the end of the conversation that count as being there
const MOVING = 1_000; // milliseconds in which what was drawn last comes into sight

const latest = { element: null, at: 0 };

const log = () => document.querySelector("#log");

/* Adds the messages that are not there yet; a screen reader reads them out unless it is to be quiet. */
export function draw(messages, { quiet = false } = {}) {
  readOut(!quiet);
  const fresh = messages.filter(({ id }) => !id || !log().querySelector(`[data-id="${id}"]`));
  const drawn = fresh.map(place);
  sayDates(log());
  if (drawn.length) show(quiet ? log().lastElementChild : drawn[0]);
}

/* Takes away what was refused and why: nothing of it was kept. */
export function forgive() {
  const warned = ':is(.error, .fault)[data-id="0"]';
  for (const past of log().querySelectorAll(`${warned}, .customer[data-id="0"]:has(+ ${warned})`)) past.remove();
}

/* In the order of the conversation, whichever way it came; what is not of it yet stays below. */
function place({ html, sequence }) {
  const made = document.createElement("template");
  made.innerHTML = html;
  const isLater = (one) => one.matches(".pending, .thinking") || Number(one.dataset.sequence) > sequence;
  const later = sequence ? [...log().children].find(isLater) : null;
  return log().insertBefore(made.content.firstElementChild, later ?? null);
}

export function isEmpty() {
  return !log().childElementCount;
}

export function clear(welcome) {
  log().innerHTML = welcome;
}

/* The customer's own words at once; `thinks` adds a sign that somebody is at work, `done` takes both away. */
export function wait(text) {
  const parts = [];
  const add = (part) => {
    readOut(true);
    if (parts.length) parts.at(-1).after(part);
    else log().append(part);
    parts.push(part);
    show(parts[0]);
  };
  if (text) add(bubble("message customer pending", text));
  return {
    thinks: (words) => add(bubble("message bot thinking", words)),
    done: () => parts.forEach((part) => part.remove()),
  };
}

/* The customer's own words below all else, until the server has them; `waiting` says that it takes long. */
export function hang(key, text, waiting) {
  const own = hung(key) ?? bubble("message customer pending", text);
  const below = belowSight();
  own.dataset.key = key;
  own.dataset.waiting = waiting;
  if (own.isConnected) return stay(below);
  readOut(true);
  log().append(own);
  show(own);
}

export function unhang(key) {
  hung(key)?.remove();
}

function hung(key) {
  return log().querySelector(`.pending[data-key="${key}"]`);
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

/* When the box or a keyboard takes some of the room, what was in sight at the end stays there. */
export function stayInSight() {
  let height = log().clientHeight;
  const resized = new ResizeObserver(() => {
    const below = belowSight(height); // as it was before
    height = log().clientHeight;
    stay(below);
  });
  resized.observe(log());
}

function belowSight(height = log().clientHeight) {
  return log().scrollHeight - log().scrollTop - height;
}

function stay(below) {
  if (Date.now() - latest.at < MOVING && latest.element.isConnected) reveal(latest.element);
  else if (below < NEAR) log().scrollTop = log().scrollHeight;
}

function show(element) {
  Object.assign(latest, { element, at: Date.now() });
  reveal(element);
}

function reveal(element) {
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
