// A tree as JSON on the first line of standard input; each further line asks for one run of SilverDecisions' engine.
// A tree with names has formulas of them for numbers, and each further line is a list of their values, as in the engine's
// own sensitivity analysis. Answers with the value at the root, one line a run.
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
const { ExpressionEngine } = world.require("sd-expression-engine");
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
      const gain = tree.names ? tree.gain[edge] : tree.gain[edge] + (tree.kind[end] === 2 ? tree.end[end] : 0);
      added.payoff = [String(gain), "0"];
      if (tree.kind[state] === 1) added.probability = String(tree.p[edge]);
    }
  }
  return [data, nodes[0]];
}

let manager, root, names, data;

function draw(values) {
  manager.expressionsEvaluator.clear(data);
  manager.expressionsEvaluator.evalGlobalCode(data);
  names.forEach((name, at) => { data.expressionScope[name] = ExpressionEngine.toNumber(values[at]); });
  manager.expressionsEvaluator.evalExpressionsForNode(data, root);
  if (!manager.treeValidator.validate(data.getAllNodesInSubtree(root)).isValid()) throw new Error("not valid");
  manager.objectiveRulesManager.recomputeTree(root, false);
}

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  if (!manager) {
    const tree = JSON.parse(line);
    [data, root] = build(tree);
    names = tree.names;
    manager = new ComputationsManager({ ruleName: RULE, jobRepositoryType: "simple" }, data);
    if (names) return console.log("ready");
  }
  if (names) draw(JSON.parse(line));
  else await manager.recompute(false, false, true);
  console.log(String(Number(root.computedValue(RULE, "payoff[0]"))));
});
