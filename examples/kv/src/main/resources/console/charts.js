"use strict";
/* Lines and lanes in SVG. Draws what it is given; keeps nothing but which past value is looked at. */
const Charts = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const precise = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

  function svg(name, attributes, text) {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  const ago = seconds => seconds < 100 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;

  const format = value => value === null || value === undefined ? "–" : value < 10 ? precise.format(value) : number.format(value);

  /** A round number at or above the greatest value. */
  function ceiling(value) {
    const step = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
    return [1, 2, 3, 4, 5, 6, 8, 10].map(factor => factor * step).find(bound => bound >= value) || 10 * step;
  }

  /**
   * Draws lines: series = [{name, color: 0..5, values: [number|null], area}], the newest value last, at most `length` of them. The pointer, or
   * the arrow keys, Home and End when the host has the focus, show a past value: to a screen reader it is a slider along the time.
   */
  function lines(host, series, length, label) {
    const width = Math.max(260, host.clientWidth), height = 170, left = 44, bottom = 20, top = 8;
    const plotWidth = width - left - 4, plotHeight = height - top - bottom;
    const greatest = Math.max(1, ...series.flatMap(each => each.values.map(value => value ?? 0)));
    const high = ceiling(greatest);
    const x = (index, count) => left + plotWidth * (length - count + index) / (length - 1);
    const y = value => top + plotHeight * (1 - value / high);
    const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    const told = back => series.map(each => each.name + " " + format(each.values.at(-1 - back))).join(", ");
    root.append(svg("title", {}, label + ": " + told(0)));
    for (const part of [0, .5, 1]) {
      root.append(svg("line", { class: "grid", x1: left, x2: left + plotWidth, y1: y(high * part), y2: y(high * part) }));
      root.append(svg("text", { class: "axis", x: left - 7, y: y(high * part) + 4, "text-anchor": "end" }, format(high * part)));
    }
    root.append(svg("text", { class: "axis", x: left, y: height - 3 }, ago(length)));
    root.append(svg("text", { class: "axis", x: left + plotWidth, y: height - 3, "text-anchor": "end" }, "now"));
    for (const each of series) {
      let path = "", open = false;
      const runs = [];
      each.values.forEach((value, index) => {
        if (value === null) { open = false; return; }
        const at = [x(index, each.values.length), y(value)];
        if (!open) runs.push([]);
        runs.at(-1).push(at);
        path += (open ? "L" : "M") + at[0].toFixed(1) + " " + at[1].toFixed(1);
        open = true;
      });
      if (each.area) {
        for (const run of runs.filter(run => run.length > 1)) {
          const points = [[run[0][0], y(0)], ...run, [run.at(-1)[0], y(0)]].map(at => at.map(c => c.toFixed(1)).join(",")).join(" ");
          root.append(svg("polygon", { class: `area f${each.color}`, points }));
        }
      }
      root.append(svg("path", { class: `line s${each.color}`, d: path || "M0 0" }));
      for (const run of runs.filter(run => run.length === 1)) {
        root.append(svg("circle", { class: `f${each.color}`, cx: run[0][0], cy: run[0][1], r: 2 }));
      }
    }
    const legend = document.createElement("ul");
    legend.className = "legend";
    const count = Math.max(0, ...series.map(each => each.values.length));
    const show = back => {
      legend.replaceChildren(...series.map(each => {
        const item = document.createElement("li"), mark = document.createElement("i"), value = document.createElement("b");
        mark.className = `f${each.color}`;
        value.textContent = format(each.values.at(-1 - back));
        item.append(mark, each.name + " ", value);
        return item;
      }));
      if (back > 0) {
        const when = document.createElement("li");
        when.textContent = `${back} s ago`;
        legend.append(when);
      }
    };
    const cursor = svg("line", { class: "cursor", y1: top, y2: top + plotHeight, visibility: "hidden" });
    root.append(cursor);
    const point = event => {
      const box = root.getBoundingClientRect();
      const at = (event.clientX - box.left) / box.width * width;
      const back = Math.round((left + plotWidth - at) / plotWidth * (length - 1));
      host.dataset.back = back >= 0 && back < count ? back : "";
      mark();
    };
    const looked = () => Math.min(Number(host.dataset.back || 0), Math.max(0, count - 1));
    const mark = () => {
      const back = looked();
      show(back);
      cursor.setAttribute("visibility", back > 0 ? "visible" : "hidden");
      if (back > 0) {
        const at = left + plotWidth * (length - 1 - back) / (length - 1);
        cursor.setAttribute("x1", at);
        cursor.setAttribute("x2", at);
      }
    };
    const leave = () => { host.dataset.back = ""; mark(); };
    /** Not at every sample while it has the focus, or a screen reader would never be silent. */
    const tell = () => {
      host.setAttribute("aria-valuemin", Math.min(0, 1 - count));
      host.setAttribute("aria-valuenow", -looked());
      host.setAttribute("aria-valuetext", (looked() ? `${looked()} s ago: ` : "now: ") + told(looked()));
    };
    const steps = { ArrowLeft: back => back + 1, ArrowRight: back => back - 1, Home: () => count - 1, End: () => 0 };
    root.addEventListener("pointermove", point);
    root.addEventListener("pointerleave", leave);
    host.onblur = leave;
    host.onkeydown = event => {
      const step = steps[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      host.dataset.back = Math.max(0, Math.min(step(looked()), count - 1));
      mark();
      tell();
    };
    host.tabIndex = 0;
    for (const [name, value] of [["role", "slider"], ["aria-label", label], ["aria-valuemax", 0]]) host.setAttribute(name, value);
    mark();
    if (document.activeElement !== host) tell();
    host.replaceChildren(root, legend);
  }

  /** Draws a lane a node: lanes = [{name, roles: [string|null]}], the newest last. */
  function lanes(host, rows, length) {
    const width = Math.max(260, host.clientWidth), lane = 24, left = 44, height = rows.length * lane + 18;
    const plotWidth = width - left - 2;
    const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    root.append(svg("title", {}, rows.map(row => `${row.name}: ${row.roles.at(-1) ?? "unknown"}`).join(", ")));
    rows.forEach((row, line) => {
      const y = line * lane;
      root.append(svg("text", { class: "lane-name", x: 0, y: y + 14 }, row.name.length > 6 ? row.name.slice(0, 5) + "…" : row.name));
      const unit = plotWidth / length;
      for (let from = 0; from < row.roles.length;) {
        let to = from + 1;
        while (to < row.roles.length && row.roles[to] === row.roles[from]) to++;
        if (row.roles[from] !== null) {
          root.append(svg("rect", { class: "lane-" + row.roles[from], rx: 2, y: y + 3, height: lane - 8,
            x: (left + unit * (length - row.roles.length + from)).toFixed(1), width: Math.max(1, unit * (to - from)).toFixed(1) }));
        }
        from = to;
      }
    });
    root.append(svg("text", { class: "axis", x: left, y: height - 3 }, ago(length)));
    root.append(svg("text", { class: "axis", x: width - 2, y: height - 3, "text-anchor": "end" }, "now"));
    host.replaceChildren(root);
  }

  return { svg, lines, lanes, format };
})();
