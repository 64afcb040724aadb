//! Packages that are wrong, each in one way: what an accident, a forger without keys, a forger with an own network, and a
//! conspiracy of all validators could make. For each: the first check that must fail, and what it must say.

mod authority;
mod conspiracies;
mod containers;
mod contents;
mod enrolments;
mod forgeries;
pub mod presented;
mod promises;
pub mod stamped;
mod surgery;
mod unsigned;

use crate::world::{Twist, World};
use evidence::{Dossier, Files, Variant};
use proto::Outcome::Invalid;
use proto::{ChainId, Outcome};

/// A wrong package.
pub struct Mutant {
    pub name: String,
    pub bytes: Vec<u8>,
    /// The policy that it is checked under, if not the usual one.
    pub policy: Option<String>,
    /// The first check that is not VALID; `None`: whichever the committed table names.
    pub first: Option<&'static str>,
    /// What that check says.
    pub outcome: Outcome,
}

/// Collects mutants.
pub struct Recipes {
    pub world: World,
    pub list: Vec<Mutant>,
}

/// The usual policy.
pub fn policy(chain: &ChainId) -> String {
    format!("genesis = \"{chain}\"\n[independent]\nneed = 3\nexclude = [\"auditor-one\"]\n")
}

impl Recipes {
    /// All of them.
    pub fn all() -> Self {
        let mut r = Self { world: World::new(&Twist::default()), list: Vec::new() };
        r.archive();
        r.archive_headers();
        r.bag();
        r.layout();
        r.layout_of_packets();
        r.bits();
        r.swapped();
        r.forged_event();
        r.forged_votes();
        r.forged_trail();
        r.forged_state();
        r.matters();
        r.packets();
        r.faults();
        r.models();
        r.wills();
        r.wills_on_the_ledger();
        r.wills_too_late();
        r.enrolments();
        r.documents();
        r.logins();
        r.facts();
        r.policies();
        r.conspiracies();
        r.stamped();
        r
    }
    fn raw(&mut self, name: &str, first: &'static str, bytes: Vec<u8>) {
        let name = name.to_owned();
        self.list.push(Mutant { name, bytes, policy: None, first: Some(first), outcome: Invalid });
    }
    /// A dossier with everything hashed around it anew.
    fn made(&mut self, name: &str, first: &'static str, dossier: &Dossier) {
        self.raw(name, first, dossier.package());
    }
    /// A change of the dossier of a signing, in the full variant.
    fn sign(&mut self, name: &str, first: &'static str, change: impl FnOnce(&World, &mut Dossier)) {
        let mut dossier = self.world.dossier(3, Variant::Full);
        change(&self.world, &mut dossier);
        self.made(name, first, &dossier);
    }
    /// A change of files; the bag is made anew, and nothing else.
    fn files(&mut self, name: &str, first: &'static str, change: impl FnOnce(&mut Files)) {
        let dossier = self.world.dossier(3, Variant::Full);
        let mut files = dossier.files();
        change(&mut files);
        self.raw(name, first, files.package(&dossier.folder().to_string()));
    }
    /// A change of files below an unchanged bag.
    fn behind_the_bag(&mut self, name: &str, first: &'static str, change: impl FnOnce(&mut Files)) {
        let bytes = self.world.dossier(3, Variant::Full).package();
        let (folder, mut files) = Files::open(&bytes).unwrap();
        change(&mut files);
        self.raw(name, first, files.zip(&folder));
    }
    fn good(&self) -> Vec<u8> {
        self.world.dossier(1, Variant::Public).package()
    }
}
