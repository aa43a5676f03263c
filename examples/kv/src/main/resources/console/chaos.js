"use strict";
/* Asks twice a second how the nodes and the clients fare, and shows it; sends what is to be broken or mended. */
(() => {
  const KEPT = 300, SHOWN = 60;          // samples of the charts, one a second
  const PERIOD = 500, SAMPLE = 1000;     // ms
  const { $, count, element, put, sentence } = Page;
  const history = [];                    // {rate, roles: Map(name -> role)}
  let chance = false, sampledAt = -SAMPLE;

  const seconds = ms => (ms / 1000).toFixed(ms < 9950 ? 2 : 0) + " s";

  /** What a node is: its state if that is out of order, or its role. */
  function role(node) {
    if (node.state !== "running" || !node.status) return "down";
    if (node.status.role === "LEADER") return "leader";
    return /CANDIDATE/.test(node.status.role) ? "candidate" : "follower";
  }

  function badge(node) {
    if (node.state === "down") return ["down", "down"];
    if (node.state === "paused") return ["paused", "paused"];
    if (!node.status) return ["down", "no answer"];
    return [role(node), role(node) === "candidate" ? "campaigning" : role(node)];
  }

  const leaderOf = nodes => nodes.filter(node => role(node) === "leader").sort((a, b) => b.status.term - a.status.term)[0];

  // ---- the verdict

  function showVerdict(view) {
    const verdict = view.verdict, checked = count.format(verdict.operations);
    let level = "good", title = `Linearizable: ${checked} operations checked, no violation`;
    let text = `${count.format(verdict.windows)} windows judged`;
    if (verdict.violations) {
      [level, title] = ["bad", verdict.violations === 1 ? "Not linearizable: one window cannot be explained" : `Not linearizable: ${verdict.violations} windows cannot be explained`];
      text = verdict.lastViolation;
    } else if (verdict.failure) {
      [level, title, text] = ["bad", "Nothing is judged any more", verdict.failure];
    } else if (!verdict.windows) {
      [level, title, text] = ["", "Not judged yet", "The first window is not over."];
    } else if (verdict.undecided) {
      [level, title] = ["warn", `${count.format(verdict.undecided)} of ${count.format(verdict.windows)} windows not decided; ${checked} operations checked, no violation in them`];
      text = "The checker ran out of time. That says nothing, neither good nor bad.";
    }
    Page.verdict(level, title, text, (level === "bad" ? "Not linearizable" : "Linearizable so far") + " · PecanRaft chaos");
    $("verdict-pages").hidden = !verdict.pages.length;
    if ($("verdict-pages").dataset.shown !== String(verdict.pages.length)) {
      $("verdict-pages").dataset.shown = String(verdict.pages.length);
      $("verdict-pages").replaceChildren("Look at the history: ", ...verdict.pages.flatMap((page, i) => {
        const link = element("a", "", page);
        link.href = "/history/" + page;
        link.target = "_blank";
        return i ? [", ", link] : [link];
      }), ` (kept in ${verdict.directory})`);
    }
  }

  function showClients(view) {
    const clients = view.clients, healing = view.healing;
    put("tile-rate", count.format(clients.perSecond));
    put("tile-latency", clients.p99 === null ? "–" : Charts.format(clients.p99) + " ms");
    put("tile-half", clients.p50 === null ? "nothing answered lately" : `99 of 100; half: ${Charts.format(clients.p50)} ms`);
    put("tile-acknowledged", count.format(clients.acknowledged));
    put("tile-unknown", count.format(clients.unknown));
    $("tile-unknown").title = clients.lastUnknown && "the last one: " + clients.lastUnknown;
    put("tile-failed", `${count.format(clients.failed)} certainly not done`);
    const waits = healing.sinceMillis !== null;
    $("tile-heal").classList.toggle("waits", waits);
    put("tile-healed", waits ? seconds(healing.sinceMillis) + "…" : healing.lastMillis < 0 ? "–" : seconds(healing.lastMillis));
    put("tile-worst", waits ? "no write acknowledged since" : healing.lastMillis < 0 ? "nothing was broken yet"
      : `longest ${seconds(healing.worstMillis)}`);
  }

  // ---- the nodes

  function figure(list, name, value) {
    const box = element("div");
    box.append(element("dt", "", name), element("dd", "", value));
    list.append(box);
  }

  function button(node, action, label, what) {
    const made = element("button", /kill|pause|cut/.test(action) ? "danger" : "primary", label);
    made.type = "button";
    made.dataset.action = action;
    made.dataset.slot = what;
    made.setAttribute("aria-label", `${label} ${node.node}`);
    made.addEventListener("click", () => send({ action, node: node.node }));
    return made;
  }

  function card(node) {
    const kind = role(node), [look, text] = badge(node);
    const box = element("article", `node${kind === "leader" ? " leads" : ""}${node.state === "down" ? " down" : node.cut || node.state === "paused" ? " hurt" : ""}`);
    box.dataset.node = node.node;
    const head = element("header");
    const name = element("h3"), link = element("a", "", node.node);
    link.href = node.console;
    link.target = "_blank";
    link.title = "the console of " + node.node;
    link.dataset.slot = "console";
    name.append(link);
    const marks = element("div", "marks");
    if (node.cut) marks.append(element("span", "badge cut", "cut off"));
    marks.append(element("span", `badge ${look}`, text));
    head.append(name, element("span", "term", node.status ? "term " + count.format(node.status.term) : ""), marks);
    box.append(head);
    const list = element("dl");
    figure(list, "Committed", node.status ? count.format(node.status.commitIndex) : "–");
    figure(list, "Applied", node.status ? count.format(node.status.appliedIndex) : "–");
    figure(list, "Follows", !node.status ? "–" : kind === "leader" ? "leads" : node.status.leader || "nobody");
    box.append(list);
    const row = element("footer");
    const down = node.state === "down";
    row.append(down ? button(node, "start", "Start", "life") : button(node, "kill", "Kill −9", "life"));
    const paused = button(node, node.state === "paused" ? "continue" : "pause", node.state === "paused" ? "Continue" : "Pause", "pause");
    paused.disabled = down;
    row.append(paused, node.cut ? button(node, "heal", "Heal", "link") : button(node, "cut", "Cut off", "link"));
    box.append(row);
    return box;
  }

  /** Replaces the cards that have changed, and leaves the keyboard where it was. */
  function showNodes(view) {
    const active = document.activeElement;
    const focused = active?.dataset?.slot && { slot: active.dataset.slot, node: active.closest(".node").dataset.node };
    $("nodes").replaceChildren(...view.nodes.map(card));
    if (focused) (document.querySelector(`[data-node="${focused.node}"] [data-slot="${focused.slot}"]:not(:disabled)`) ?? $("nodes")).focus({ preventScroll: true });
    const leader = leaderOf(view.nodes), answering = view.nodes.filter(node => node.status && !node.cut).length;
    put("state", (leader ? `${leader.node} leads term ${leader.status.term}` : "no leader")
      + (answering > view.nodes.length / 2 ? "" : " · no majority: nothing can be decided"));
  }

  function showStory(view) {
    Page.story(view.events.length ? String(view.events[0].sequence) : "none", view.events.map(event => ({
      at: event.at, kind: event.kind === "verdict" ? "verdict-event" : event.kind, parts: [element("span", "", sentence(event.text))] })),
      "Nothing yet. Kill the leader: that is the hardest one to lose.");
  }

  function sample(view) {
    if (performance.now() - sampledAt < SAMPLE - PERIOD / 2) return;
    sampledAt = performance.now();
    history.push({ rate: view.clients.perSecond, roles: new Map(view.nodes.map(node => [node.node, role(node)])) });
    if (history.length > KEPT) history.shift();
    drawCharts();
  }

  function drawCharts() {
    if (!history.length) return;
    const shown = Math.max(SHOWN, history.length);
    Charts.lines($("chart-rate"), [{ name: "commands", color: 1, values: history.map(each => each.rate), area: true }], shown, "Commands answered a second");
    Charts.lanes($("chart-roles"), [...history[0].roles.keys()].map(name => ({ name, roles: history.map(each => each.roles.get(name)) })), shown);
  }

  function show(view) {
    showVerdict(view);
    showClients(view);
    showNodes(view);
    sample(view);
    showStory(view);
    chance = view.surprise.on;
    put("surprise", chance ? "Calm down" : "Surprise me");
    $("surprise").setAttribute("aria-pressed", String(chance));
    put("seed", `seed ${view.surprise.seed}`);
  }

  // ---- what is asked for

  const send = asked => Page.act(asked, "No answer. Is kv cluster still running?");

  addEventListener("resize", drawCharts);
  $("surprise").addEventListener("click", () => send({ action: chance ? "calm" : "surprise" }));

  Page.watch("/api/chaos", PERIOD, show, { title: "kv cluster does not answer", advice: "", tab: "No answer · PecanRaft chaos" });
})();
