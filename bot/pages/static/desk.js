// The desk: passages to find and copy, tickets beside their packets.
import "./finder.js";
import "./staff.js";

document.addEventListener("click", (event) => {
  if (event.target.closest?.('button.choose[name="ticket"]')) showPacket();
});

/** Where the packet is below the list, goes to it once it is drawn. */
function showPacket() {
  const packet = document.querySelector("#packet");
  if (!packet || packet.getBoundingClientRect().top < window.innerHeight / 2) return;
  const drawn = new MutationObserver(() => {
    drawn.disconnect();
    packet.scrollIntoView({ block: "start" });
  });
  drawn.observe(packet, { childList: true, subtree: true });
}
