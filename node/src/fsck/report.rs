//! What an examination found, for people and programs.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most damages that are listed; more are counted.
const LISTED_MAX: usize = 100;

/// Something that is not as it must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    /// Where: a table with a key, a height, a packet.
    pub place: String,
    /// What is wrong.
    pub problem: String,
}

/// See the module.
#[derive(Clone, Default, Debug)]
pub struct Report {
    /// Height of the last block that was executed again.
    pub height: u64,
    /// Events in the ledger.
    pub events: u64,
    /// Certificates whose signatures were verified.
    pub certificates: u64,
    /// Rows read, by table.
    pub rows: BTreeMap<&'static str, u64>,
    /// Packets that were opened and have the commitment that the ledger holds.
    pub packets: u64,
    /// Packets that are still to be fetched from other validators.
    pub packets_awaited: u64,
    /// Writes that the database has seen; `None` if it cannot be opened.
    pub writes: Option<u64>,
    /// Damages, the first of them.
    pub damages: Vec<Damage>,
    /// How many there are.
    pub damage_count: u64,
    /// Why the node will not vote at once although nothing is damaged: what the sign-guard says of the database's age.
    pub memory: Option<String>,
    /// What an operator may want to know.
    pub notes: Vec<String>,
}

impl Report {
    /// Adds a damage.
    pub fn damage(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.damage_count += 1;
        if self.damages.len() < LISTED_MAX {
            self.damages.push(Damage { place: place.into(), problem: problem.into() });
        }
    }
    /// Whether nothing is damaged.
    pub fn is_clean(&self) -> bool {
        self.damage_count == 0
    }
    /// For people.
    pub fn text(&self) -> String {
        let rows: u64 = self.rows.values().sum();
        let mut lines = vec![format!(
            "executed {} blocks with {} events again; verified {} certificates; compared {rows} rows; opened {} packets",
            self.height, self.events, self.certificates, self.packets
        )];
        if self.packets_awaited > 0 {
            lines.push(format!("{} packets are still to be fetched from the other validators", self.packets_awaited));
        }
        lines.extend(self.memory.iter().chain(&self.notes).map(|n| format!("note: {n}")));
        lines.extend(self.damages.iter().map(|d| format!("DAMAGED  {}: {}", d.place, d.problem)));
        let unlisted = self.damage_count - self.damages.len() as u64;
        if unlisted > 0 {
            lines.push(format!("and {unlisted} more"));
        }
        lines.push(if self.is_clean() { "clean".into() } else { format!("{} damages", self.damage_count) });
        lines.join("\n")
    }
    /// For programs.
    pub fn json(&self) -> Value {
        let damages: Vec<Value> =
            self.damages.iter().map(|d| json!({ "place": d.place, "problem": d.problem })).collect();
        json!({
            "clean": self.is_clean(), "height": self.height, "events": self.events, "certificates": self.certificates,
            "rows": self.rows, "packets": self.packets, "packets_awaited": self.packets_awaited,
            "damage_count": self.damage_count, "damages": damages, "memory": self.memory, "notes": self.notes,
        })
    }
}
