// Sound is off until somebody wants it: high for received, twice for ask, low and long for stop.
const TONES = { good: [[880, 0.09]], ask: [[520, 0.12], [520, 0.12]], stop: [[180, 0.5]] };
let context = null;

export function startSound(part) {
  const button = part("sound");
  if (localStorage.getItem("sound") === "on") show(part, true);
  button.addEventListener("click", () => {
    const on = localStorage.getItem("sound") !== "on";
    localStorage.setItem("sound", on ? "on" : "off");
    show(part, on);
    if (on) beep("good");
  });
}

function show(part, on) {
  part("sound").setAttribute("aria-pressed", String(on));
  part("sound").replaceChildren(part(on ? "sign-sound" : "sign-silent").content.cloneNode(true));
}

export function beep(sign) {
  if (sign === "stop") navigator.vibrate?.([300, 100, 300]);
  if (localStorage.getItem("sound") !== "on" || !TONES[sign]) return;
  context ??= new AudioContext();
  let at = context.currentTime;
  for (const [pitch, seconds] of TONES[sign]) {
    const tone = new OscillatorNode(context, { frequency: pitch });
    const volume = new GainNode(context, { gain: 0.25 });
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
    at += seconds + 0.06;
  }
}
