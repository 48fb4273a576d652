// The desk by keyboard: arrows walk the results, Enter copies, Escape goes back to the words.
import { say } from "./staff.js";

const COPIED_FOR = 2000; // milliseconds

const words = () => document.querySelector("#search-words textarea, #search-words input");
const copies = () => [...document.querySelectorAll("#results button.copy")];

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    writeBySelection(text); // where the browser keeps the clipboard from pages without TLS
  }
}

function writeBySelection(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  before?.focus();
}

async function copy(button) {
  await write(button.parentElement.querySelector(".copy-text").textContent);
  const label = button.firstChild;
  label.textContent = "Copied";
  button.classList.add("done");
  say("Copied");
  setTimeout(() => {
    label.textContent = "Copy";
    button.classList.remove("done");
    say("");
  }, COPIED_FOR);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button.copy");
  if (button) copy(button);
  if (event.target.closest?.('button.choose[name="ticket"]')) showPacket();
});

/** Where the packet is below the list, goes to it once it is drawn. */
function showPacket() {
  const packet = document.querySelector("#packet");
  if (!packet || packet.getBoundingClientRect().top < window.innerHeight / 2) return;
  const drawn = new MutationObserver(() => {
    drawn.disconnect();
    packet.scrollIntoView({ block: "start" });
  });
  drawn.observe(packet, { childList: true, subtree: true });
}

function focus(target) {
  target?.focus();
  target?.closest(".hit")?.scrollIntoView({ block: "nearest" });
}

function walk(event) {
  const all = copies();
  const here = all.indexOf(event.target);
  if (event.target === words()) {
    if (["ArrowDown", "Enter"].includes(event.key)) return all[0];
  } else if (here >= 0) {
    if (event.key === "ArrowDown") return all[here + 1];
    if (event.key === "ArrowUp") return all[here - 1] ?? words();
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // Enter and arrows belong to the input method
  if (event.key === "Escape" && event.target !== words()) {
    words()?.focus();
    words()?.select();
    return;
  }
  const next = walk(event);
  if (!next) return;
  event.preventDefault();
  focus(next);
});
