//! Documents for the corpus of the fuzzer, one of each form. Nothing is tested here.

use super::maker::{compressed, plain, receipt};
use super::sealer::Signing;
use super::seals::{Package, People};
use super::signer::{Signer, sign_as};
use crate::attach;
use proto::{Canonical, Digest};

#[test]
#[ignore = "writes into the checkout"]
fn documents_are_written() {
    let (people, signer) = (People::new(), Signer::new("\u{5f20}\u{4e09}"));
    let signing = Signing::new(&people.seal(), &people.signer);
    let bound = attach(&plain(), &receipt(Digest::sm3(&plain()), 3).to_bytes()).unwrap();
    let once = signer.sign(&plain(), 0);
    let all = [
        ("plain.pdf", plain()),
        ("compressed.pdf", compressed()),
        ("bound.pdf", bound.clone()),
        ("signed.pdf", signer.sign(&bound, 0)),
        ("twice.pdf", signer.sign(&once, 1)),
        ("sealed.pdf", sign_as(&plain(), "GM.sm2seal", &|data| signing.der(data))),
        ("sealed.ofd", Package::of(&signing).zip()),
    ];
    for (name, bytes) in all {
        std::fs::write(format!("../../tests/fuzz/corpus/documents/{name}"), bytes).unwrap();
    }
}
