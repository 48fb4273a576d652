/* An article, opened over the conversation at the section that was cited. */

import { sayDates } from "./log.js";

const reader = () => document.querySelector("#reader");

export async function read(link, missing) {
  const sheet = reader().querySelector(".sheet");
  sheet.replaceChildren(await fetched(link.href).catch(() => missing));
  sayDates(sheet);
  reader().showModal();
  section(sheet, link.hash)?.scrollIntoView({ block: "start" });
  sheet.focus({ preventScroll: true });
}

export function close() {
  reader().close();
}

/* The article of a page of its own, to stand on this one. */
export function article(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const made = document.createElement("article");
  made.className = "article";
  made.lang = page.documentElement.lang;
  made.dir = page.documentElement.dir;
  made.append(...page.querySelector("main").childNodes);
  return made;
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return article(await response.text());
}

function section(sheet, hash) {
  return hash ? sheet.querySelector(`[id="${CSS.escape(decodeURIComponent(hash.slice(1)))}"]`) : null;
}
