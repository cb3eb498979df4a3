// The browser knows what countries are called in the reader's language; what the page says stays where it does not.
const language = document.documentElement.lang;
const [spoken] = Intl.DisplayNames.supportedLocalesOf([language]);
if (spoken) {
  const names = new Intl.DisplayNames([spoken], { type: "region", fallback: "none" });
  const order = new Intl.Collator([spoken]);
  for (const select of document.querySelectorAll("select[data-countries]")) {
    const [empty, ...countries] = select.options;
    const chosen = select.value;
    for (const one of countries) one.textContent = names.of(one.value) ?? one.textContent;
    countries.sort((one, other) => order.compare(one.textContent, other.textContent));
    select.replaceChildren(empty, ...countries);
    select.value = chosen;
  }
}
