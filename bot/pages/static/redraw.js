// Redrawing: makes a place look like new markup and touches only what differs, so that focus, selection and
// scrolling stay where they are. What has a `data-key` is known again when it moves.

/** Whether anything was to be done. All markup comes from our own server, made safe there. */
export function redraw(place, html) {
  if (place.drawnFrom === html) return false;
  place.drawnFrom = html;
  const made = document.createElement("template");
  made.innerHTML = html;
  const focused = document.activeElement;
  liken(place, made.content);
  if (place.contains(focused) && focused !== document.activeElement) focused.focus({ preventScroll: true });
  return true;
}

/** Adds new markup at the end; what stands there stays as it is. */
export function extend(place, html) {
  place.drawnFrom = null;
  place.insertAdjacentHTML("beforeend", html);
}

function liken(old, made) {
  const keyed = new Map([...old.children].filter(key).map((child) => [key(child), child]));
  let at = old.firstChild;
  for (const next of [...made.childNodes]) {
    const same = key(next) ? keyed.get(key(next)) : alike(at, next) && at;
    if (!same) old.insertBefore(next, at);
    else {
      if (same === at) at = at.nextSibling;
      else old.insertBefore(same, at);
      become(same, next);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function become(old, made) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== made.data) old.data = made.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!made.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  liken(old, made);
}

function key(node) {
  return node.dataset?.key;
}

function alike(old, next) {
  return old && old.nodeName === next.nodeName && !key(old);
}
