//! Operators copy the rules and the dashboard: a metric that they name must exist, and the table must be complete.

use super::*;
use std::collections::BTreeSet;

const RULES: &str = include_str!("../../docs/prometheus-rules.yml");
const DASHBOARD: &str = include_str!("../../docs/grafana.json");
const TABLE: &str = include_str!("../../docs/metrics.md");
const RUNBOOK: &str = include_str!("../../docs/RUNBOOK.md");

/// Names of the registry as a reader of `/metrics` sees them, without prefix and without the suffixes of histograms.
fn registered() -> BTreeSet<String> {
    let (mut page, metrics) = (String::new(), Metrics::default());
    metrics.mesh.sample();
    prometheus_client::encoding::text::encode(&mut page, &metrics.registry()).unwrap();
    let types = page.lines().filter_map(|l| l.strip_prefix("# TYPE chirograph_"));
    let name = |l: &str| {
        let (name, kind) = l.split_once(' ').unwrap();
        if kind == "counter" { format!("{name}_total") } else { name.to_owned() }
    };
    types.map(name).collect()
}

/// Every name after `chirograph_` in a text.
fn named(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    text.split("chirograph_").skip(1).map(word).filter(|w| !w.is_empty()).collect()
}

fn base(name: &str) -> String {
    let suffix = ["_bucket", "_sum", "_count"].iter().find_map(|s| name.strip_suffix(s));
    suffix.unwrap_or(name).to_owned()
}

#[test]
fn every_metric_of_the_rules_and_the_dashboard_exists() {
    let registered = registered();
    for (file, text, least) in [("rules", RULES, 12), ("dashboard", DASHBOARD, 25)] {
        let named = named(text);
        assert!(named.len() >= least, "{file} names only {named:?}");
        for name in named {
            assert!(registered.contains(&base(&name)), "{file}: chirograph_{name} does not exist");
        }
    }
}

#[test]
fn the_table_has_every_metric_and_no_other() {
    let rows = TABLE.lines().filter_map(|l| l.strip_prefix("| `"));
    let listed: BTreeSet<String> = rows.map(|l| l.split(['`', '{']).next().unwrap().to_owned()).collect();
    let registered = registered();
    let missing: Vec<_> = registered.difference(&listed).collect();
    let strange: Vec<_> = listed.difference(&registered).collect();
    assert!(missing.is_empty() && strange.is_empty(), "not in the table: {missing:?}; only there: {strange:?}");
}

#[test]
fn every_alarm_leads_to_a_chapter_of_the_runbook() {
    let anchor = |heading: &str| {
        let kept = heading.to_lowercase().replace(' ', "-");
        kept.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>()
    };
    let chapters: BTreeSet<String> = RUNBOOK.lines().filter_map(|l| l.strip_prefix("## ")).map(anchor).collect();
    let wanted = RULES.split("RUNBOOK.md#").skip(1).map(|rest| rest.split('"').next().unwrap());
    let missing: Vec<&str> = wanted.filter(|w| !chapters.contains(*w)).collect();
    assert!(missing.is_empty(), "{missing:?} of {chapters:?}");
}
