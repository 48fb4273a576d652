/* Silence: the page calls the server once, after as long as the server said. No polling. */

const SOONEST = 1_000; // milliseconds; a clock that runs ahead must not make the page call again and again

let timer = null;

/* Calls `wake` after that many seconds; null: not at all. */
export function after(seconds, wake) {
  clearTimeout(timer);
  if (typeof seconds === "number") timer = setTimeout(wake, seconds * 1000 + SOONEST);
}
