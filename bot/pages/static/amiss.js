/* What is amiss with what a form holds: said under its field, until it is mended or the form was taken. */

/* Says what the server has refused, which it sent as a message; gives whether there was any. */
export function blame(form, { messages }) {
  forgive(form);
  const refused = messages.find(({ kind, id }) => kind === "error" && !id);
  if (!refused || !form.isConnected) return false;
  const field = form.querySelector("[type=email], [type=tel], textarea");
  const said = form.ownerDocument.createElement("p");
  said.id = "amiss";
  said.className = "amiss";
  said.setAttribute("role", "alert");
  said.textContent = sentence(refused.html);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", said.id);
  field.closest("label").after(said);
  field.addEventListener("input", () => field.validity.valid && forgive(form));
  form.scrollIntoView({ block: "nearest" });
  field.focus({ preventScroll: true });
  return true;
}

function forgive(form) {
  form.querySelector(".amiss")?.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

function sentence(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content.querySelector("p").textContent;
}
