// How a run looks as an Allure report: one file, what is violated first, one environment per Kubernetes version.
//
// reports/html/render.py runs this and sets PODPROOF_ENVIRONMENTS: a JSON object from each value of the label `k8s` that
// the results carry ("1.34") to what is known of that cluster, by name ({"Runtime": "containerd 2.1.4"}); and
// PODPROOF_HISTORY: the file of earlier runs, to which this one is added; empty for none.
import process from "node:process";

const clusters = JSON.parse(process.env.PODPROOF_ENVIRONMENTS ?? "{}");

// An id may hold no dot. Without environments, the results of two versions would merge into retries of one test.
const environments = Object.fromEntries(
  Object.entries(clusters).map(([version, facts]) => [
    `k8s-${version.replace(/[^A-Za-z0-9_-]/g, "-")}`,
    {
      name: `k8s ${version}`, // short: the charts cut longer names
      variables: facts,
      matcher: ({ labels }) => labels.some(({ name, value }) => name === "k8s" && value === version),
    },
  ]),
);

// What the first page shows: all that is known of the only cluster, or a line on each.
const [only, ...others] = Object.values(clusters);
const variables =
  only && others.length === 0
    ? only
    : Object.fromEntries(
        Object.entries(clusters).map(([version, facts]) => [
          `k8s ${version}`,
          Object.values(facts).join(", ") || "nothing told",
        ]),
      );

// The words of the suite for Allure's statuses. A result's own label `outcome` is more exact: an AssertionError
// that is no violation is trouble, which Allure shows as failed, and what is on a skip list was not run.
const words = { failed: "violated", broken: "trouble", skipped: "not applicable" };
const is =
  (outcome) =>
  ({ status, labels }) =>
    (labels.find(({ name }) => name === "outcome")?.value ?? words[status]) === outcome;

export default {
  name: "podproof",
  historyPath: process.env.PODPROOF_HISTORY || undefined,
  historyLimit: 20, // runs
  environments,
  variables,
  categories: [
    { name: "violated", matchers: is("violated"), groupBy: [{ label: "story" }], groupByMessage: false, expand: true },
    { name: "trouble", matchers: is("trouble"), expand: true },
    { name: "not run", matchers: is("not run") },
    { name: "not applicable", matchers: is("not applicable") },
    { name: "recorded", matchers: is("recorded"), groupBy: [{ label: "story" }], groupByMessage: false },
  ],
  // Noise to a reader of verdicts, and the machine's name is nobody's business.
  hideLabels: ["host", "thread", "framework", "language", "package", "parentSuite", "suite", "subSuite", "tag"],
  plugins: {
    awesome: {
      options: {
        singleFile: true,
        groupBy: ["epic", "feature", "story"],
        defaultSortBy: "status,asc",
        sections: ["charts", "timeline"],
        charts: [
          { type: "currentStatus", title: "All cases" },
          {
            type: "testResultSeverities",
            title: "By level: critical is a MUST, normal EXPECTED, minor INFO",
            levels: ["critical", "normal", "minor"],
            statuses: ["failed", "broken", "passed", "skipped"],
            includeUnset: true,
          },
          { type: "problemsDistribution", title: "Problems, by Kubernetes version", by: "environment" },
        ],
      },
    },
  },
};
