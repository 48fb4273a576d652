/* Calls to the server, and what this browser keeps between visits. */

const PATIENCE = 20_000; // milliseconds until a call counts as lost
const TOO_OFTEN = 429; // status

/* The server answered, but could not do it: a lost connection throws something else. */
export class Refused extends Error {}

/* It was asked too often, and has done nothing of it; after so many seconds it takes it again. */
export class TooOften extends Refused {
  constructor(response) {
    super("too often");
    this.seconds = Number(response.headers.get("Retry-After")) || 1;
  }
}

export async function call(name, ...data) {
  const response = await fetch(`gradio_api/run/${name}`, {
    ...posted({ data }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw refusal(response, name);
  return (await response.json()).data[0];
}

/* A message to the person in the chat, without the detours of the others; null where it has to take those. */
export async function write(message) {
  const sent = { ...posted(message), signal: AbortSignal.timeout(PATIENCE) };
  const response = await fetch("api/write", sent);
  if (response.status === TOO_OFTEN) throw new TooOften(response);
  const view = response.ok ? await response.json() : null;
  return view?.messages.length ? view : null;
}

/* Tells the server something that may get lost; gives whether it was heard. */
export function tell(path, body) {
  return fetch(path, { ...posted(body), keepalive: true }).then(({ ok }) => ok, () => false);
}

/* What the server has to say as it comes: lines of JSON, until it ends them. */
export async function* stream(path, body, signal) {
  const response = await fetch(path, { ...posted(body), signal });
  if (!response.ok) throw refusal(response, path);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let got = await reader.read(); !got.done; got = await reader.read()) {
    const lines = (rest + got.value).split("\n");
    rest = lines.pop();
    for (const line of lines.filter(Boolean)) yield JSON.parse(line);
  }
}

function refusal(response, what) {
  return response.status === TOO_OFTEN ? new TooOften(response) : new Refused(`${what} answered ${response.status}`);
}

function posted(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/* A message that is sent again under its first key is stored once. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* Where the browser refuses to store, or has no room left, what is kept lasts as long as the page. */
const memory = new Map();

export function recall(name) {
  if (memory.has(name)) return memory.get(name);
  try {
    return localStorage.getItem(`askdesk.${name}`);
  } catch {
    return null;
  }
}

export function keep(name, value) {
  try {
    if (value) localStorage.setItem(`askdesk.${name}`, value);
    else localStorage.removeItem(`askdesk.${name}`);
    memory.delete(name);
  } catch {
    memory.set(name, value);
  }
}
