"use strict";
/* Asks this node every second how all nodes are, and shows it. Nothing is kept but what the charts need. */
(() => {
  const KEPT = 300;                      // samples: five minutes
  const SHOWN = 60;                      // seconds that charts show at least
  const PERIOD = 1000;                   // ms
  const SILENCE = 1000;                  // ms in which a follower is heard several times
  const { $, count, element } = Page;
  const history = [];                    // {at, nodes: Map(name -> status|null)}
  const colors = new Map();              // name -> 0..5, by first appearance
  let paused = false;

  function bytes(value) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit++; }
    return (value < 10 && unit ? value.toFixed(1) : Math.round(value)) + " " + units[unit];
  }

  function duration(ms) {
    const s = Math.floor(ms / 1000), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    return d ? `${d} d ${h % 24} h` : h ? `${h} h ${m % 60} min` : m ? `${m} min` : `${s} s`;
  }

  const several = (number, name) => `${count.format(number)} ${name}${number === 1 ? "" : "s"}`;

  const color = name => {
    if (!colors.has(name)) colors.set(name, colors.size % 6);
    return colors.get(name);
  };

  // ---- figures out of what only grows

  /** How many took at most `bound`: buckets are [bound, cumulative count] where the count changes. */
  function at(buckets, bound) {
    let found = 0;
    for (const [upTo, seen] of buckets) { if (upTo > bound) break; found = seen; }
    return found;
  }

  /** The bound that this part of what came between two samples did not exceed; null if nothing came. */
  function percentile(before, after, part) {
    if (!before || !after || !after.length) return null;
    const total = after.at(-1)[1] - (before.length ? before.at(-1)[1] : 0);
    if (total <= 0) return null;
    for (const [bound, seen] of after) if (seen - at(before, bound) >= part * total) return bound;
    return after.at(-1)[0];
  }

  /** The growth of a node's figure a second, by that node's own clock; null when it was not there, or was started again in between. */
  function growth(then, now, of) {
    const millis = now && then ? now.uptimeMillis - then.uptimeMillis : 0;
    return millis > 0 ? Math.max(0, (of(now) - of(then)) * 1000 / millis) : null;
  }

  /** The same of all nodes together. */
  function rate(before, after, of) {
    const each = [...after.nodes].map(([name, now]) => growth(before.nodes.get(name), now, of)).filter(value => value !== null);
    return each.length ? each.reduce((sum, value) => sum + value, 0) : null;
  }

  const leaderOf = sample => {
    let found = null;
    for (const status of sample.nodes.values()) {
      if (status && status.role === "LEADER" && (!found || status.term > found.term)) found = status;
    }
    return found;
  };

  function pairs(compute) {
    return history.map((after, i) => i === 0 ? null : compute(history[i - 1], after));
  }

  const commits = (before, after) => {
    const leader = leaderOf(after);
    return leader ? growth(before.nodes.get(leader.node), leader, each => each.commitIndex) : null;
  };

  const latency = part => (before, after) => {
    const leader = leaderOf(after);
    const then = leader && before.nodes.get(leader.node);
    return then && then.uptimeMillis <= leader.uptimeMillis ? percentile(then.commitLatency, leader.commitLatency, part) : null;
  };

  // ---- what is shown

  function role(status) {
    if (!status) return "down";
    if (status.state === "FAILED" || status.state === "CLOSED") return "down";
    if (status.role === "LEADER") return "leader";
    return /CANDIDATE/.test(status.role) ? "candidate" : "follower";
  }

  const STANDING = { FORMING: "forming", OUTSIDER: "outsider", REPLACED: "replaced" };

  function badge(status, kind, learner) {
    if (!status) return "unreachable";
    if (kind === "down") return status.state === "FAILED" ? "stopped" : "closed";
    if (status.state === "NEW" || status.state === "RECOVERING") return "recovering";
    return kind === "candidate" ? "campaigning" : learner ? "learner" : STANDING[status.standing] || kind;
  }

  function verdict(view, sample) {
    const leader = leaderOf(sample);
    const all = view.nodes.length, there = view.nodes.filter(each => each.status).length;
    const own = view.nodes[0].status;
    const voters = own.members.filter(member => member.vote === "VOTER");
    const quorum = Math.floor(voters.length / 2) + 1;
    const counts = node => node && !node.failure && node.standing === "VOTER";
    const present = voters.filter(member => counts(sample.nodes.get(member.node))).length;
    const lines = [];
    if (leader) lines.push(`${leader.node} leads term ${count.format(leader.term)}`);
    lines.push(`${there} of ${all} nodes answer`);
    if (leader) lines.push(`commit index ${count.format(leader.commitIndex)}`);
    const missing = view.nodes.filter(each => !each.status).map(each => each.node);
    const apart = view.nodes.filter(each => each.status && each.status.advice).map(each => each.node);
    const damaged = view.nodes.filter(each => each.status && each.status.damages.length).map(each => each.node);
    const full = view.nodes.filter(each => each.status && each.status.storageLack).map(each => each.node);
    const failed = view.nodes.filter(each => each.status && each.status.failure).map(each => each.node);
    let level = "good", title = "Healthy";
    if (!voters.length && own.failure) {
      [level, title] = ["bad", `${own.node} stopped itself`];
      lines.push(own.failure);
    } else if (own.state === "NEW" || own.state === "RECOVERING") {
      [level, title] = ["warn", "Reads its log"];
      lines.push(`${own.node} takes part when it has done so`);
    } else if (own.state === "RUNNING" && own.missing.length) {
      [level, title] = ["warn", `Forming: waits for ${own.missing.join(", ")}`];
    } else if (!voters.length) {
      [level, title] = ["warn", "Belongs to no cluster yet"];
      if (own.advice) lines.push(own.advice);
    } else if (!leader && present >= quorum) {
      [level, title] = ["bad", "No leader"];
    } else if (!leader || present < quorum) {
      [level, title] = ["bad", "No majority"];
      lines.push(`${quorum} of ${voters.length} voters are needed`);
    } else if (failed.length) {
      [level, title] = ["warn", `${failed.join(", ")} stopped itself`];
    } else if (apart.length) {
      [level, title] = ["warn", `${apart.join(", ")} takes no part`];
      lines.push(present === quorum ? "one more failure stops writes" : "writes go on", "kv doctor says what to type");
    } else if (full.length) {
      [level, title] = ["warn", `the disk of ${full.join(", ")} is nearly full`];
    } else if (damaged.length) {
      [level, title] = ["warn", `damage on the disk of ${damaged.join(", ")}`];
      lines.push("kv doctor says what to do");
    } else if (missing.length) {
      [level, title] = ["warn", `${missing.join(", ")} unreachable`];
      lines.push(present === quorum ? "one more failure stops writes" : "writes go on");
    } else if (own.joint) {
      [level, title] = ["warn", "Membership is changing"];
    }
    Page.verdict(level, title, lines.join(" · "), `${title} · PecanRaft`);
  }

  function logBar(status, range) {
    const bar = Charts.svg("svg", { class: "logbar", viewBox: "0 0 1000 14", preserveAspectRatio: "none", role: "img" });
    const x = index => 1000 * (index - range.from) / Math.max(1, range.to - range.from);
    const from = x(status.firstIndex - 1), to = x(status.lastIndex), done = x(Math.min(status.commitIndex, status.lastIndex));
    bar.append(Charts.svg("title", {}, `log from ${status.firstIndex} to ${status.lastIndex}, committed to ${status.commitIndex}`));
    bar.append(Charts.svg("rect", { class: "bg", x: 0, y: 2, width: 1000, height: 10 }));
    bar.append(Charts.svg("rect", { class: "log", x: from, y: 2, width: Math.max(0, to - from), height: 10 }));
    bar.append(Charts.svg("rect", { class: "committed", x: from, y: 2, width: Math.max(0, done - from), height: 10 }));
    if (status.snapshotIndex > 0) bar.append(Charts.svg("rect", { class: "snapshot", x: Math.max(0, x(status.snapshotIndex) - 3), y: 0, width: 6, height: 14 }));
    return bar;
  }

  /** A figure, and what is to be known of it besides, in small: nothing that only a pointer would find. */
  function figure(list, name, value, more = "", className = "") {
    const box = element("div"), shown = element("dd", className, value);
    if (more) shown.append(element("small", "", more));
    box.append(element("dt", "", name), shown);
    list.append(box);
  }

  const REPLICATION = { PROBE: "looks where it is", SNAPSHOT: "is sent a snapshot", REPLICATE: "" };

  /** What is unusual about how the leader reaches a follower. */
  function reach(seen) {
    return [REPLICATION[seen.replication], seen.millisSinceContact > SILENCE && `silent for ${duration(seen.millisSinceContact)}`].filter(Boolean).join(", ");
  }

  function card(entry, view, sample, range, admin) {
    const status = entry.status, kind = role(status), leader = leaderOf(sample);
    const box = element("article", `node${kind === "leader" ? " leads" : ""}${kind === "down" ? " down" : ""}`);
    box.dataset.node = entry.node;
    const head = element("header");
    head.append(element("i", `swatch f${color(entry.node)}`), element("h3", "", entry.node));
    const member = view.nodes[0].status.members.find(each => each.node === entry.node);
    const learner = member && member.vote === "LEARNER";
    head.append(element("span", "term", status ? "term " + count.format(status.term) : ""));
    head.append(element("span", `badge ${kind}`, badge(status, kind, learner)));
    box.append(head);
    if (!status) {
      box.append(element("p", "problem", entry.error || "does not answer"));
      if (member) box.append(element("p", "addresses", "Raft " + member.address));
      if (admin && member) box.append(actions(entry.node, ["remove"], leader));
      return box;
    }
    const addresses = element("div", "addresses");
    if (status.clients) addresses.append(element("p", "", "clients " + status.clients));
    if (member) addresses.append(element("p", "", "Raft " + member.address));
    if (addresses.hasChildNodes()) box.append(addresses);
    if (status.failure) box.append(element("p", "problem", status.failure));
    if (status.advice) box.append(element("p", "problem", status.advice));
    for (const damage of status.damages) box.append(element("p", "problem", "Damage on its disk: " + damage));
    box.append(logBar(status, range));
    const list = element("dl");
    const seen = leader && leader.followers.find(each => each.node === entry.node);
    const lag = seen ? seen.lagEntries : leader && leader.node !== entry.node ? Math.max(0, leader.lastIndex - status.lastIndex) : 0;
    figure(list, "Committed", count.format(status.commitIndex));
    figure(list, "Applied", count.format(status.appliedIndex));
    figure(list, "Durable", count.format(status.durableIndex));
    const silent = seen && seen.millisSinceContact > SILENCE;
    figure(list, "Behind", kind === "leader" ? "leads" : lag === 0 ? "in step" : lag === 1 ? "1 entry" : count.format(lag) + " entries",
      seen ? reach(seen) : "", lag > 1000 || silent ? "late" : "");
    figure(list, "Snapshot", status.snapshotIndex ? count.format(status.snapshotIndex) : "none", status.snapshotIndex ? bytes(status.storage.snapshotBytes || 0) : "");
    figure(list, "Log kept", count.format(Math.max(0, status.lastIndex - status.firstIndex + 1)), "from " + count.format(status.firstIndex));
    figure(list, "Segments", count.format(status.storage.segments ?? 0));
    figure(list, "On disk", bytes(status.storage.logBytes || 0));
    figure(list, "Up", duration(status.uptimeMillis), status.version === view.nodes[0].status.version ? "" : "version " + status.version);
    box.append(list);
    if (admin) box.append(actions(entry.node, !member ? ["snapshot"] : kind === "leader" || learner ? ["snapshot", "remove"] : ["transfer", "snapshot", "remove"], leader));
    return box;
  }

  const ASK = {
    transfer: { label: "Make leader", title: node => `Make ${node} the leader?`, text: node => `Leadership moves to ${node} once it has every entry. Commands wait for a moment.`, yes: "Make leader" },
    snapshot: { label: "Snapshot", title: node => `Take a snapshot on ${node}?`, text: node => `${node} writes its state to its disk and drops the log before it. Commands go on.`, yes: "Take snapshot" },
    remove: { label: "Remove…", title: node => `Remove ${node} from the cluster?`, text: (node, leader) => `${node} no longer votes and is sent nothing.` + (leader && leader.node === node ? " It leads: another node takes over." : "") + " Its process goes on until you stop it.", yes: "Remove", harm: true },
  };

  function actions(node, names, leader) {
    const row = element("footer");
    for (const name of names) {
      const button = element("button", ASK[name].harm ? "danger" : "", ASK[name].label);
      button.type = "button";
      button.dataset.action = name;
      button.setAttribute("aria-label", `${ASK[name].label.replace("…", "")} ${node}`);
      button.addEventListener("click", async () => {
        const ask = ASK[name];
        const yes = await confirmed(ask.title(node), ask.text(node, leader), ask.yes, ask.harm);
        focusOn(node, name); // another button than this one, which was replaced while the question stood
        if (yes) send({ action: name, node });
      });
      row.append(button);
    }
    return row;
  }

  /** Puts the keyboard on a button of a node, or on the nodes if that is gone. Does not scroll: nobody has asked for that. */
  function focusOn(node, action) {
    const card = [...document.querySelectorAll(".node")].find(each => each.dataset.node === node);
    (card?.querySelector(`[data-action="${action}"]`) ?? $("nodes")).focus({ preventScroll: true });
  }

  /** Replaces the cards, and leaves the keyboard where it was. */
  function showNodes(view, sample) {
    const there = view.nodes.filter(each => each.status).map(each => each.status);
    const range = { from: Math.min(...there.map(each => each.firstIndex)) - 1, to: Math.max(...there.map(each => each.lastIndex)) };
    const admin = view.nodes[0].status.admin;
    const focused = document.activeElement?.dataset?.action && {
      action: document.activeElement.dataset.action, node: document.activeElement.closest(".node").dataset.node };
    const sorted = [...view.nodes].sort((a, b) => a.node.localeCompare(b.node, "en", { numeric: true }));
    $("nodes").replaceChildren(...sorted.map(entry => card(entry, view, sample, range, admin)));
    if (focused) focusOn(focused.node, focused.action);
    const members = view.nodes[0].status.members;
    $("add").hidden = !admin || !members.length;
    $("readonly").hidden = admin;
    $("members").replaceChildren(...members.map(member => {
      const item = element("li");
      item.append(element("i", `key f${color(member.node)}`), element("b", "", member.node), element("span", "", member.vote.toLowerCase()), element("span", "muted", member.address));
      return item;
    }));
    if (!members.length) $("members").append(element("li", "none", "None is known here yet."));
  }

  /** What several nodes tell of the same thing at about the same time, told once. */
  function together(events) {
    const told = [];
    for (const event of events) {
      const same = told.find(each => each.kind === event.kind && each.text === event.text
        && each.at - event.at < 2000 && !each.nodes.includes(event.node));
      if (same) same.nodes.push(event.node);
      else told.push({ ...event, nodes: [event.node] });
    }
    for (const event of told) event.nodes.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    return told;
  }

  function showEvents(view) {
    const all = view.nodes.filter(each => each.status).flatMap(each => each.status.events.map(event => ({ ...event, node: each.node })));
    all.sort((a, b) => b.at - a.at || b.sequence - a.sequence);
    const key = all.length ? all[0].at + all[0].node + all[0].sequence + all.length : "";
    Page.story(key, together(all).slice(0, 80).map(event => ({
      at: event.at, kind: event.kind, parts: [element("b", "", event.nodes.join(" ")), element("span", "", event.text)] })),
      "Nothing has happened since these nodes were started.");
  }

  function showCharts() {
    const sample = history.at(-1);
    if (!sample) return;
    const shown = Math.max(SHOWN, history.length);
    const names = [...sample.nodes.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const committed = pairs(commits), requests = pairs((before, after) => rate(before, after, each => each.requests));
    const p50 = pairs(latency(.5)), p99 = pairs(latency(.99));
    Charts.lines($("chart-throughput"), [
      { name: "requests", color: 5, values: requests.slice(1) }, { name: "commits", color: 2, values: committed.slice(1), area: true }], shown, "Throughput a second");
    Charts.lines($("chart-commit"), [
      { name: "99 of 100", color: 2, values: p99.slice(1) }, { name: "half", color: 0, values: p50.slice(1) }], shown, "Commit latency in milliseconds");
    Charts.lines($("chart-flush"), names.map(name => ({ name, color: color(name), values: pairs((before, after) => {
      const then = before.nodes.get(name), now = after.nodes.get(name);
      return then && now && then.uptimeMillis <= now.uptimeMillis ? percentile(then.flushLatency, now.flushLatency, .99) : null;
    }).slice(1) })), shown, "Flush latency in milliseconds");
    Charts.lanes($("chart-roles"), names.map(name => ({ name, roles: history.map(each => each.nodes.has(name) ? role(each.nodes.get(name)) : null) })), shown);

    const there = [...sample.nodes.values()].filter(Boolean), leader = leaderOf(sample) || there[0];
    const worst = [...p99].reverse().find(value => value !== null);
    $("tile-commits").textContent = Charts.format(committed.at(-1));
    $("tile-requests").textContent = Charts.format(requests.at(-1));
    $("tile-latency").textContent = worst === undefined ? "–" : Charts.format(worst) + " ms";
    $("tile-keys").textContent = count.format(leader.keys);
    $("tile-expiring").textContent = leader.expiring ? `${count.format(leader.expiring)} ${leader.expiring === 1 ? "expires" : "expire"}` : "none expires";
    $("tile-clients").textContent = count.format(there.reduce((sum, each) => sum + each.connections, 0));
    $("tile-inflight").textContent = `connections, ${several(there.reduce((sum, each) => sum + each.inFlight, 0), "request")} in flight`;
  }

  function show(view) {
    view.nodes.map(each => each.node).sort((a, b) => a.localeCompare(b, "en", { numeric: true })).forEach(color);
    const sample = { at: view.at, nodes: new Map(view.nodes.map(each => [each.node, each.status || null])) };
    history.push(sample);
    if (history.length > KEPT) history.shift();
    const own = view.nodes[0].status;
    $("where").textContent = `seen from ${view.self} · version ${own.version} · cluster ${own.cluster.slice(0, 8)}`;
    verdict(view, sample);
    showNodes(view, sample);
    showCharts();
    showEvents(view);
  }

  addEventListener("resize", showCharts);

  // ---- what is asked for

  function confirmed(title, text, yes, harm) {
    const dialog = $("confirm");
    $("confirm-title").textContent = title;
    $("confirm-text").textContent = text;
    $("confirm-yes").textContent = yes;
    $("confirm-yes").className = "primary" + (harm ? " harm" : "");
    return new Promise(done => {
      dialog.returnValue = "no";
      dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
      dialog.showModal();
    });
  }

  const send = asked => Page.act(asked, "Outcome unknown: this node did not answer. Look before you repeat it.");

  $("add").addEventListener("submit", async event => {
    event.preventDefault();
    const form = event.target, node = form.node.value.trim(), address = form.address.value.trim(), learner = form.learner.checked;
    if (await confirmed(`Add ${node}?`, `${node} at ${address} is sent the log` + (learner ? ", and does not vote." : ", and votes once it has caught up."), "Add")) {
      if (await send({ action: "add", node, address, learner })) form.reset();
    }
  });

  $("pause").addEventListener("click", () => {
    paused = !paused;
    $("pause").textContent = paused ? "Go on" : "Pause";
    $("pause").setAttribute("aria-pressed", String(paused));
    if (!paused) history.length = 0;
  });

  Page.watch("/api/status", PERIOD, show, {
    title: "This node does not answer", advice: "Trying again; or look from another node's HTTP port. ", tab: "No answer · PecanRaft" }, () => paused);
})();
