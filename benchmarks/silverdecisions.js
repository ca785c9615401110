// A tree as JSON on the first line of standard input; each further line asks for one run of SilverDecisions' engine.
// Answers with the value at the root, one line a run.
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const vm = require("vm");

const modules = path.join(__dirname, "node_modules");
const world = vm.createContext({ console, setTimeout, clearTimeout, performance, process });
world.window = world.self = world.global = world;
for (const name of ["sd-utils", "sd-random", "sd-expression-engine", "sd-model", "sd-computations"]) {
  for (const file of [`${name}-vendor.js`, `${name}.js`]) {
    const script = path.join(modules, name, "dist", file);
    if (fs.existsSync(script)) vm.runInContext(fs.readFileSync(script, "utf8"), world);
  }
}
const { DataModel, domain } = world.require("sd-model");
const { ComputationsManager } = world.require("sd-computations");
const RULE = "expected-value-maximization";
const NODES = [domain.DecisionNode, domain.ChanceNode, domain.TerminalNode];

function build(tree) {
  const data = new DataModel();
  const make = (state) => new NODES[tree.kind[state]](new domain.Point(0, 0));
  const nodes = [make(0)];
  data.addNode(nodes[0]);
  for (let state = 0; state < tree.kind.length; state++) {
    for (let edge = tree.first[state]; edge < tree.first[state + 1]; edge++) {
      const end = tree.target[edge];
      nodes[end] = make(end);
      const added = data.addNode(nodes[end], nodes[state]);
      // there is no payoff on an end, so it stands on the edge that leads there
      added.payoff = [String(tree.gain[edge] + (tree.kind[end] === 2 ? tree.end[end] : 0)), "0"];
      if (tree.kind[state] === 1) added.probability = String(tree.p[edge]);
    }
  }
  return [data, nodes[0]];
}

let manager, root;
readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  if (!manager) {
    const [data, first] = build(JSON.parse(line));
    root = first;
    manager = new ComputationsManager({ ruleName: RULE, jobRepositoryType: "simple" }, data);
  }
  await manager.recompute(false, false, true);
  console.log(String(Number(root.computedValue(RULE, "payoff[0]"))));
});
