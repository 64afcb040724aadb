//! Genesis files. One that is accepted can be written and read again, and names the same chain; the ledger can be born
//! of it.

use genesis::Genesis;

/// The text of a genesis file.
pub fn parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(genesis) = Genesis::parse(text) else { return };
    let again = Genesis::parse(&genesis.to_toml()).expect("what we wrote can be read");
    assert!(again.chain_id() == genesis.chain_id(), "a genesis file written again names another chain");
    std::hint::black_box(genesis.trust());
}
