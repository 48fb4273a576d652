// What this tab keeps through a reload and through a session that ran out, for whoever wrote it: drafts hold
// customers' matters. It is forgotten with a sign-out, when another one signs in, and when the tab is closed.

const OWNER = /(?:^|; )(?:__Host-)?askdesk-owner=([^;]*)/; // given at sign-in, taken away at sign-out
const ALL = "askdesk.";

const memory = new Map(); // where the browser refuses to store, or has no room left
const own = owner();
const OWN = `${ALL}${own}.`;

/** The mark of whoever is signed in; empty where nobody is, and on a machine where nobody needs to be. */
export function owner() {
  return document.cookie.match(OWNER)?.[1] ?? "";
}

export function recall(name) {
  if (memory.has(name)) return memory.get(name);
  try {
    return JSON.parse(sessionStorage.getItem(OWN + name));
  } catch {
    return null;
  }
}

export function keep(name, value) {
  if (!look()) return;
  try {
    if (value?.length) sessionStorage.setItem(OWN + name, JSON.stringify(value));
    else sessionStorage.removeItem(OWN + name);
    memory.delete(name);
  } catch {
    memory.set(name, value);
  }
}

/** What is kept under names that begin so. */
export function names(beginning) {
  try {
    const all = Object.keys(sessionStorage).filter((name) => name.startsWith(OWN + beginning));
    return all.map((name) => name.slice(OWN.length));
  } catch {
    return [];
  }
}

/** Forgets what others wrote; without `kept` all of it. */
export function forget(kept) {
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(ALL) && !(kept && name.startsWith(kept))) sessionStorage.removeItem(name);
    }
  } catch {
    memory.clear();
  }
}

/** Whether the page is still that of whoever is signed in; else it is opened anew for who is now. */
export function look() {
  if (owner() === own) return true;
  location.reload();
  return false;
}

forget(OWN);
addEventListener("focus", look);
addEventListener("pageshow", ({ persisted }) => persisted && look());
document.addEventListener("visibilitychange", () => document.hidden || look());
