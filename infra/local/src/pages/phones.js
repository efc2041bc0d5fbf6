// Shows what was sent, grouped by recipient. Texts are only ever set as text: a message may contain anything.
"use strict";

const EVERY_MS = 1500;
const MOST = 2000;
const CHANNELS = { sms: "SMS", push: "Notification", email: "E-mail", topic: "Diffusion" };

const phones = document.getElementById("phones");
const state = document.getElementById("state");
const filter = document.getElementById("filter");
const pause = document.getElementById("pause");
let messages = [];
let last = 0;
let paused = false;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function whose(message) {
  return message.channel === "push" && message.device_token ? message.device_token : message.recipient;
}

function messageItem(message) {
  const item = element("li", "message");
  item.append(element("span", "channel", CHANNELS[message.channel] || message.channel), " ");
  const time = element("time", "", new Date(message.at).toLocaleString("fr-FR"));
  time.dateTime = message.at;
  item.append(time);
  if (message.subject) item.append(element("p", "subject", message.subject));
  const text = element("p", "");
  // Links that can be clicked, without making HTML of anybody's text.
  for (const part of message.text.split(/(https?:\/\/[^\s<>"]+)/)) {
    if (/^https?:\/\//.test(part)) {
      const link = element("a", "", part);
      link.href = part;
      link.rel = "noreferrer";
      text.append(link);
    } else {
      text.append(part);
    }
  }
  item.append(text);
  return item;
}

function show() {
  const wanted = filter.value.trim().toLocaleLowerCase("fr");
  const fits = (m) => !wanted || [m.recipient, m.device_token, m.text, m.subject, m.commune]
    .some((value) => value && value.toLocaleLowerCase("fr").includes(wanted));
  const groups = new Map();
  for (const message of messages.filter(fits).reverse()) {
    const key = whose(message);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(message);
  }
  const cards = [...groups].map(([key, sent]) => {
    const card = element("section", "phone");
    const title = element("h2", "", key);
    card.setAttribute("aria-label", key);
    const communes = [...new Set(sent.map((m) => m.commune).filter(Boolean))].join(", ");
    const list = element("ol", "");
    // Scrollable, so it must be reachable by keyboard.
    list.tabIndex = 0;
    list.setAttribute("aria-label", "Messages de " + key);
    list.append(...sent.map(messageItem));
    card.append(title, element("p", "soft", `${sent.length} message${sent.length > 1 ? "s" : ""}${communes ? " · " + communes : ""}`), list);
    return card;
  });
  phones.replaceChildren(...cards);
  const count = groups.size;
  state.textContent = messages.length === 0
    ? "Aucun message pour l’instant. Demandez un code à une commune, il arrivera ici."
    : `${count} destinataire${count > 1 ? "s" : ""}${paused ? " · actualisation suspendue" : ""}`;
}

async function refresh() {
  try {
    for (;;) {
      const answer = await fetch("outbox?limit=1000&after=" + last);
      if (!answer.ok) throw new Error(answer.status);
      const page = await answer.json();
      if (page.messages.length === 0) break;
      messages = messages.concat(page.messages).slice(-MOST);
      last = page.messages[page.messages.length - 1].id;
      if (page.messages.length < 1000) break;
    }
    if (phones.dataset.shown !== last + filter.value || state.textContent.startsWith("La plateforme")) {
      phones.dataset.shown = last + filter.value;
      show();
    }
  } catch {
    state.textContent = "La plateforme ne répond pas ; nouvel essai dans un instant.";
  }
}

filter.addEventListener("input", show);
filter.form.addEventListener("submit", (event) => event.preventDefault());
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  show();
});
refresh();
setInterval(() => { if (!paused && !document.hidden) refresh(); }, EVERY_MS);
