// The studio keeps what is typed in this browser until it is saved, whatever becomes of page or server.
import { put, say } from "./staff.js";

const PREFIX = "askdesk draft ";
const CHECK_EVERY = 250; // milliseconds

let opening = null; // the article that was asked for and is not shown yet
const sent = new Map(); // path -> its text as it was sent to be saved and when, until it is known what came of it

const field = (name) => document.querySelector(`#${name} :is(textarea, input)`);

function kept(path) {
  return localStorage.getItem(PREFIX + path);
}

function keep() {
  const path = field("path")?.value;
  if (!path) return;
  store(path, { text: field("source").value, version: field("version").value, at: Date.now() });
}

function store(path, draft) {
  try {
    localStorage.setItem(PREFIX + path, JSON.stringify(draft));
    warn(false);
  } catch {
    warn(true); // what was kept before stays: it is older, and better than nothing
  }
}

/** Says so where nothing more can be kept. */
function warn(isFull) {
  const { classList } = document.body;
  if (isFull && !classList.contains("full")) say(document.querySelector("#unkept").textContent.trim());
  classList.toggle("full", isFull);
}

/** What is sent to be saved is known from what is typed after it; what is discarded is forgotten. */
function send(button) {
  const path = field("path").value;
  if (button.id === "discard") sent.delete(path);
  else if (!sent.has(path)) sent.set(path, { text: field("source").value, at: Date.now() }); // pressed again, it is not sent again
}

/** What the server has is not kept any more; what was typed since it was sent is, as a change to that version. */
function settle(path, version) {
  const draft = JSON.parse(kept(path));
  const was = sent.get(path);
  const isNewer = was && draft && draft.at >= was.at && draft.text !== was.text;
  sent.delete(path);
  warn(false);
  if (isNewer) store(path, { ...draft, version });
  else localStorage.removeItem(PREFIX + path);
}

/** Opens an article, with its unsaved text where there is one. */
function open(path) {
  put("restored", kept(path) ?? "");
  put("article", path);
}

function newest() {
  const paths = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const at = (key) => JSON.parse(localStorage.getItem(key)).at;
  return paths.sort((one, other) => at(other) - at(one))[0]?.slice(PREFIX.length);
}

document.addEventListener("input", (event) => {
  if (event.target.closest?.("#source")) keep();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#desk-of-editor .buttons button");
  if (button) send(button);
});

document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.('button.choose:is([name="article"], [name="wish"])');
    if (!button) return;
    opening = button.name === "wish" ? JSON.parse(button.value).path : button.value;
    put("restored", kept(opening) ?? "");
  },
  true, // before the button's own value is put
);

/** Puts the cursor into the text of the article that was asked for, once it is there. */
function enter() {
  const source = field("source");
  if (opening === null || !source || field("path")?.value !== opening) return;
  opening = null;
  source.focus({ preventScroll: true });
  source.setSelectionRange(0, 0);
}

function mark(button) {
  const unsaved = kept(button.value) !== null;
  if (button.classList.contains("unsaved") !== unsaved) button.classList.toggle("unsaved", unsaved);
}

new MutationObserver(() => {
  for (const settled of document.querySelectorAll(".settled")) {
    settle(settled.textContent, settled.dataset.version);
    settled.remove();
  }
  for (const unsettled of document.querySelectorAll(".unsettled")) {
    sent.delete(unsettled.textContent);
    unsettled.remove();
  }
  document.querySelectorAll('button.choose[name="article"]').forEach(mark);
  enter();
}).observe(document.body, { childList: true, subtree: true });

const waiting = setInterval(() => {
  if (!field("article")) return; // the page is not drawn yet
  clearInterval(waiting);
  const path = newest();
  if (path) open(path);
}, CHECK_EVERY);
