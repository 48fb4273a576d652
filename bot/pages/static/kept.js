// What this tab keeps through a reload and a sign-in, and forgets when it is closed: drafts hold customers' matters.

const memory = new Map(); // where the browser refuses to store

export function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(`askdesk.${name}`));
  } catch {
    return memory.get(name) ?? null;
  }
}

export function keep(name, value) {
  try {
    if (value?.length) sessionStorage.setItem(`askdesk.${name}`, JSON.stringify(value));
    else sessionStorage.removeItem(`askdesk.${name}`);
  } catch {
    memory.set(name, value);
  }
}
