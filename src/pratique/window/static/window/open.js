// The secret stands in the part of the address that browsers never send (#…). It is put into the form, taken out of the
// address bar and the history, and sent in the body of a form. Without JavaScript it is typed.
const secret = decodeURIComponent(location.hash.slice(1));
if (secret) {
  history.replaceState(null, "", location.pathname);
  const form = document.getElementById("open");
  form.elements.secret.value = secret;
  form.requestSubmit();
}
