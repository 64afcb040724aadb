//! Writes packages of the test ledger, all right ones, into a folder: `packages DIR`. For whoever writes a verifier.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)]

#[allow(dead_code)]
#[path = "../mutants/world.rs"]
mod world;

use evidence::Variant;
use world::{Twist, World};

fn main() {
    let dir = std::env::args().nth(1).expect("usage: packages DIR");
    std::fs::create_dir_all(&dir).unwrap();
    let world = World::new(&Twist::default());
    std::fs::write(format!("{dir}/policy.toml"), format!("genesis = \"{}\"\n", world.chain)).unwrap();
    for seq in 0..world.events.len() as u64 {
        for variant in Variant::ALL {
            let dossier = world.dossier(seq, variant);
            std::fs::write(format!("{dir}/{}", dossier.folder().file_name()), dossier.package()).unwrap();
        }
    }
}
