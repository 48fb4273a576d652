/* What was written to a person: shown at once, sent in order, and kept until the server has it. A message that is
   sent again under its key is stored once, so whatever is in doubt is sent again. */

import { hang, unhang } from "./log.js";
import { keep, newKey, recall } from "./server.js";

let sending = false;

export function add(text) {
  store([...kept(), { text, key: newKey() }]);
  show("");
}

/* Draws what is not sent yet below everything else; `waiting` says why. */
export function show(waiting) {
  for (const { text, key } of kept()) hang(key, text, waiting);
}

/* The server has these. */
export function acknowledge(keys) {
  const known = kept();
  const left = known.filter(({ key }) => !keys.includes(key));
  if (left.length < known.length) store(left);
  keys.forEach(unhang);
}

export function empty() {
  acknowledge(kept().map(({ key }) => key));
}

/* One after the other, and says how many; what `deliver` throws ends it, and all that is left is kept. */
export async function send(deliver) {
  if (sending) return 0;
  sending = true;
  let count = 0;
  try {
    for (let next = kept()[0]; next; next = kept()[0]) {
      await deliver(next);
      acknowledge([next.key]);
      count += 1;
    }
    return count;
  } finally {
    sending = false;
  }
}

function kept() {
  return JSON.parse(recall("outbox") ?? "[]");
}

function store(messages) {
  keep("outbox", messages.length ? JSON.stringify(messages) : null);
}
