"use strict";
/* What both pages do: ask their server again and again, show what it says, and send it what is to be done. */
const Page = (() => {
  const $ = id => document.getElementById(id);
  const count = new Intl.NumberFormat("en");

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** Changes a text only if it is another one, so that a screen reader is not told the same again. */
  const put = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text; };

  /** A sentence begins with a capital, a node's name does not. */
  const sentence = text => /^n[0-9]/.test(text) ? text : text[0].toUpperCase() + text.slice(1);

  /** What is above all else: how things stand, also in the title of the browser's tab. */
  function verdict(level, title, text, tab) {
    $("verdict").className = "verdict " + level;
    put("verdict-title", title);
    put("verdict-text", text);
    put("verdict-said", tab.split(" · ")[0]); // read out only when it changes, and not with every index
    document.title = tab;
  }

  /** Fills a list of what happened, if it has changed: events = [{at, kind, parts}], the parts being elements. */
  function story(key, events, none) {
    const list = $("events");
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    list.replaceChildren(...events.map(event => {
      const item = element("li", event.kind), when = new Date(event.at);
      const time = element("time", "", when.toLocaleTimeString("en-GB"));
      time.dateTime = when.toISOString();
      item.append(time, ...event.parts);
      return item;
    }));
    if (!events.length) list.append(element("li", "none", none));
  }

  let toastTimer;
  /** Says it where it is seen and read out; the place is always there, if empty, or a screen reader would not notice what comes into it. */
  function toast(message, bad) {
    const box = $("toast");
    box.textContent = message;
    box.className = bad ? "bad" : "";
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => { box.textContent = ""; }, bad ? 9000 : 5000);
  }

  /** Asks for something, and says what came of it: whether it was done. `silence` is said when there is no answer. */
  async function act(asked, silence) {
    toast("Asking…");
    try {
      const answer = await fetch("/api/act", {
        method: "POST", headers: { "Content-Type": "application/json", "X-PecanRaft-Console": "page" }, body: JSON.stringify(asked) });
      toast(sentence((await answer.json()).message), answer.status >= 300);
      return answer.status < 300;
    } catch (failure) {
      toast(silence, true);
      return false;
    }
  }

  /** Shows what is at `path`, every so many ms, but while nobody looks or `resting()`; lost = {title, advice, tab} is shown when it is silent. */
  function watch(path, period, show, lost, resting = () => false) {
    let failures = 0;
    async function look() {
      if (!resting() && !document.hidden) {
        try {
          const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(4000) });
          if (!answer.ok) throw new Error(answer.status);
          show(await answer.json());
          failures = 0;
        } catch (failure) {
          failures++;
          if (failures > 1) verdict("bad", lost.title, `What is shown is old. ${lost.advice}(${failure.message || failure.name})`, lost.tab);
        }
      }
      setTimeout(look, period);
    }
    look();
  }

  return { $, count, element, put, sentence, verdict, story, act, watch };
})();
