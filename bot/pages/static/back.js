/* Comes from a link in a mail: takes the link out of the address, has it exchanged, and opens the chat. */

import { keep } from "./server.js";

const signed = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

async function exchange() {
  const response = await fetch("api/back", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ signed }),
  });
  if (!response.ok) throw new Error(`back answered ${response.status}`);
  return (await response.json()).conversation;
}

try {
  keep("conversation", await exchange());
  location.replace("./");
} catch {
  document.getElementById("refused").hidden = false;
}
