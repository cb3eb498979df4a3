// Handing over: offered with names and a count, received by scanning, accepted with the receiver's own count.
import * as codes from "./codes.js";
import { startForm } from "./dialog.js";
import { makeTicks } from "./ticks.js";
import * as wire from "./wire.js";

export function startHandovers(page) {
  startOffering(page);
  startAnswering(page);
  startRegistering(page);
  page.showOffers = () => showOffers(page);
}

function startOffering(page) {
  const { part, root, words } = page;
  const ticks = makeTicks({
    list: part("offer-list"),
    field: part("offer-scan"),
    more: () => null,
    changed: (chosen) => (part("offer-count").textContent = `${chosen.size} / ${page.held().length}`),
  });
  let id = null; // an offer sent again, because its answer did not come, is the same offer
  const begin = () => (id = codes.makeId());
  part("offer-receiver").addEventListener("change", begin);
  part("offer-open").addEventListener("click", async () => {
    await page.refresh();
    begin();
    ticks.show(page.held());
    part("offer-error").textContent = "";
    part("offer-dialog").showModal();
  });
  part("offer-all").addEventListener("click", ticks.all);
  startForm(part("offer-form"), async () => {
    const names = [...ticks.chosen];
    const receiver = part("offer-receiver");
    const message = { id, giver: page.post, receiver: receiver.value, heads: names.length, names };
    try {
      await wire.ask(root, "handovers/offer", message);
      part("offer-dialog").close();
      page.tell("ready", words.offered_to + receiver.selectedOptions[0].text, sayHeads(names.length, words), "");
      await page.refresh();
    } catch (error) {
      part("offer-error").textContent = page.refusal(error);
    }
  });
}

function sayHeads(heads, words) {
  return `${heads} ${heads === 1 ? words.people_one : words.people_many}`;
}

function showOffers(page) {
  const { part, state } = page;
  part("offers").hidden = !state.offers.length;
  part("offers-list").replaceChildren(...state.offers.map((found) => describe(page, found)));
  showReceiving(page);
}

function describe(page, { offer, giver, receiver }) {
  const { words } = page;
  const line = document.createElement("li");
  line.className = "item";
  const title = document.createElement("span");
  title.textContent = `${offer.outgoing ? "→ " : "← "}${offer.outgoing ? receiver : giver}`;
  const about = document.createElement("span");
  about.className = "note";
  const at = offer.deadline_at ? new Date(offer.deadline_at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }) : "";
  about.textContent = `${sayHeads(offer.heads, words)}${at ? `, ${words.until} ${at}` : ""}${offer.state === "lapsed" ? ` (${words.lapsed})` : ""}`;
  const end = document.createElement("span");
  end.className = "item-end";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.dataset.handover = offer.handover;
  if (offer.outgoing) {
    button.textContent = words.to_withdrawn;
    button.addEventListener("click", () => openAnswer(page, { offer, giver: receiver }, "withdrawn"));
  } else {
    button.textContent = words.receive;
    button.addEventListener("click", () => {
      page.receiving = { ...offer, giver };
      showReceiving(page);
      page.part("scanned").focus();
    });
  }
  end.append(button);
  line.append(title, about, end);
  return line;
}

// While a handover is being received, every scan is marked as belonging to it.
function showReceiving(page) {
  const { part, receiving, words } = page;
  part("receiving").hidden = !receiving;
  if (!receiving) return;
  part("receiving-title").textContent = words.receiving_from + receiving.giver;
  const here = new Set(page.held().map((person) => person.traveller));
  const come = receiving.names.filter((name) => here.has(name));
  const absent = receiving.names.filter((name) => !here.has(name)).map(page.name);
  part("receiving-count").textContent = receiving.names.length
    ? `${come.length} / ${receiving.heads}${absent.length && absent.length <= 6 ? ` · ${words.missing}: ${absent.join(", ")}` : ""}`
    : `${receiving.heads}`;
}

let answering = null;

function startAnswering(page) {
  const { part, root, words } = page;
  part("receiving-leave").addEventListener("click", () => {
    page.receiving = null;
    showReceiving(page);
  });
  part("receiving-finish").addEventListener("click", () => openAnswer(page, { offer: page.receiving, giver: page.receiving.giver }, "accepted"));
  part("receiving-decline").addEventListener("click", () => openAnswer(page, { offer: page.receiving, giver: page.receiving.giver }, "declined"));
  startForm(part("answer-form"), async () => {
    const { offer, step } = answering;
    const heads = step === "accepted" ? Number(part("answer-heads").value) : null;
    try {
      const after = await wire.ask(root, "handovers/answer", { handover: offer.handover, step, heads, because: part("answer-because").value });
      part("answer-dialog").close();
      page.receiving = null;
      const closed = after.state === "closed";
      const differing = [...after.missing.map((code) => `${words.missing} ${code}`), ...after.unexpected.map((code) => `${words.unexpected} ${code}`)];
      if (step === "accepted") page.tell(closed ? "good" : "ask", closed ? words.handover_closed : words.handover_open, `${after.scanned} / ${after.offered}`, differing.join(", "));
      else page.tell("ready", words[step], "", "");
      await page.refresh();
    } catch (error) {
      part("answer-error").textContent = page.refusal(error);
    }
  });
}

function openAnswer(page, { offer, giver }, step) {
  const { part, root, words } = page;
  answering = { offer, step };
  part("answer-title").textContent = `${words[`to_${step}`]}: ${giver}`;
  part("answer-send").textContent = words[`to_${step}`];
  part("answer-heads-field").hidden = step !== "accepted";
  part("answer-heads").required = step === "accepted";
  part("answer-heads").value = "";
  // At an exit another authority accepts: whoever writes it down for them says who it was.
  const named = step === "accepted" && root.dataset.kind === "exit";
  part("answer-because-field").hidden = step === "accepted" && !named;
  part("answer-because-label").textContent = named ? words.accepted_by : words.reason;
  part("answer-because").required = step === "declined" || named;
  part("answer-because").value = "";
  part("answer-error").textContent = "";
  part("answer-dialog").showModal();
}

function startRegistering(page) {
  const { part, root, words } = page;
  let id = null; // the same person, however often it is sent
  part("unlisted-open").addEventListener("click", () => {
    id = codes.makeId();
    part("unlisted-error").textContent = "";
    part("unlisted-dialog").showModal();
  });
  startForm(part("unlisted-form"), async () => {
    const message = {
      id,
      document: part("unlisted-document").value,
      surname: part("unlisted-surname").value,
      given_names: part("unlisted-given").value,
    };
    try {
      const person = await wire.ask(root, "travellers/unlisted", message);
      part("unlisted-dialog").close();
      part("unlisted-open").hidden = true;
      await page.record({ ...person, flight: "", seat: "" });
      page.tell("ask", words.registered, person.code, words.unlisted_remark);
    } catch (error) {
      part("unlisted-error").textContent = page.refusal(error);
    }
  });
}
