// A headcount: who is here, by name or by number; the answer says who is missing and who is too many.
import * as codes from "./codes.js";
import { startForm } from "./dialog.js";
import { makeTicks } from "./ticks.js";
import * as wire from "./wire.js";

export function startCounting(page) {
  const { part, words, root } = page;
  const ticks = makeTicks({
    list: part("count-list"),
    field: part("count-scan"),
    more: page.find,
    changed: (chosen) => {
      if (part("count-by-name").checked) part("count-heads").value = chosen.size;
    },
  });
  part("count-open").addEventListener("click", async () => {
    await page.refresh();
    ticks.show(page.held());
    part("count-result").replaceChildren();
    part("count-dialog").showModal();
  });
  part("count-by-name").addEventListener("change", () => {
    const named = part("count-by-name").checked;
    part("count-list").hidden = part("count-scan").hidden = !named;
    part("count-heads").value = named ? ticks.chosen.size : "";
  });
  startForm(part("count-form"), async () => {
    const names = part("count-by-name").checked ? [...ticks.chosen] : null;
    const heads = names ? names.length : Number(part("count-heads").value);
    try {
      const found = await wire.ask(root, "headcounts", { id: codes.makeId(), custodian: page.post, heads, names });
      part("count-result").replaceChildren(describe(found, words));
      await page.refresh();
    } catch (error) {
      part("count-result").textContent = page.refusal(error);
    }
  });
}

function describe(found, words) {
  const agrees = found.heads === found.books && !found.missing.length && !found.unexpected.length;
  const notice = document.createElement("div");
  notice.className = `notice ${agrees ? "is-good" : found.missing.length ? "is-lost" : "is-late"}`;
  notice.append(document.getElementById(agrees ? "sign-good" : found.missing.length ? "sign-stop" : "sign-ask").content.cloneNode(true));
  const title = document.createElement("strong");
  title.textContent = agrees ? words.count_agrees : words.count_differs;
  const figures = document.createElement("p");
  figures.textContent = `${words.counted} ${found.heads}, ${words.by_the_book} ${found.books}`;
  notice.append(title, figures);
  for (const [word, codesOf] of [[words.missing, found.missing], [words.unexpected, found.unexpected]]) {
    if (!codesOf.length) continue;
    const line = document.createElement("p");
    line.textContent = `${word}: `;
    const list = document.createElement("span");
    list.className = "code";
    list.textContent = codesOf.join(", ");
    line.append(list);
    notice.append(line);
  }
  return notice;
}
