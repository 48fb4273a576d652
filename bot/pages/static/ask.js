// Asking the server: what it refuses is a sentence, what it does not answer is a lost connection.

const PATIENCE = 10_000; // milliseconds until a request counts as lost

/** The server answered, and will not do it. What a proxy in front of it says while it is started again is no such
    answer, whatever its status. */
export class Refused extends Error {}

/** It can't just now, and may have done it before it found that out: to be asked again as it was, or given up. */
export class Unable extends Refused {}

/** There is nothing by that name. */
export class Missing extends Refused {}

/** The answer as JSON, or with `as: "text"` as it is; throws Refused, or else where the server was not reached. */
export async function ask(address, { method = "GET", sent, signal, as = "json" } = {}) {
  const signals = [AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])];
  const response = await fetch(address, {
    method,
    headers: sent ? { "Content-Type": "application/json" } : {},
    body: sent ? JSON.stringify(sent) : undefined,
    signal: AbortSignal.any(signals),
  });
  if (response.ok) return response[as]();
  const { detail } = await response.json().catch(() => null) ?? {};
  const { status } = response;
  if (detail === undefined || (status >= 500 && status !== 503)) throw new Error(String(status));
  const kind = { 404: Missing, 503: Unable }[status] ?? Refused;
  throw new kind(typeof detail === "string" ? detail : `The server answered ${status}.`);
}
