//! What a forger without the validators' keys can make: events, votes, trails and state that somebody else signed, or nobody.

use super::Recipes;
use crate::world::{TIP, Twist, World, certify, key, name, set};
use evidence::{StateEntry, StateFile, Variant, code};
use proto::Outcome::Indeterminate;
use proto::state::StateKey;
use proto::*;

impl Recipes {
    pub(super) fn swapped(&mut self) {
        let other = World::new(&Twist { seed: "another ", ..Twist::default() });
        self.sign("swap-receipt", code::EVENT_CANON, |w, d| d.receipt = w.receipt(4));
        self.sign("swap-event", code::LAYOUT, |w, d| {
            // Under the folder's name for the right event the other one does not even fit.
            d.event = w.events[4].clone();
        });
        self.sign("swap-paths", code::INCLUSION_SM3, |w, d| {
            let r = w.receipt(4);
            (d.receipt.sm3_path, d.receipt.sha256_path) = (r.sm3_path, r.sha256_path);
        });
        self.sign("swap-sha256-path", code::INCLUSION_SHA256, |w, d| d.receipt.sha256_path = w.receipt(4).sha256_path);
        self.sign("swap-paths-of-one-another", code::INCLUSION_SM3, |_, d| {
            std::mem::swap(&mut d.receipt.sm3_path, &mut d.receipt.sha256_path);
        });
        self.sign("swap-trail", code::TRAIL, |_, d| d.trail = other.trail.clone());
        self.sign("swap-genesis", code::GENESIS, |_, d| d.genesis = other.genesis.clone());
        self.sign("swap-checkpoint", code::CHAIN, |_, d| {
            d.receipt.checkpoint = other.checkpoint.clone();
            if let Some(m) = &mut d.matter {
                m.proof.checkpoint = other.checkpoint.clone();
            }
        });
        self.sign("swap-nonce", code::NONCE, |w, d| d.nonce = Some(w.headers[3].clone()));
        self.sign("swap-state", code::STATE_ENTRIES, |_, d| {
            d.state = StateFile::new(vec![other.entry(&StateKey::Organisation(name("platform")))]);
        });
        // A whole package of another ledger is right in itself, and not what the court trusts.
        let foreign = other.dossier(3, Variant::Full);
        self.made("other-ledger", code::GENESIS, &foreign);
        let foreign = other.dossier(1, Variant::Public);
        self.made("other-ledger-record", code::GENESIS, &foreign);
    }
    pub(super) fn forged_event(&mut self) {
        let change = |e: &mut Event, how: usize| match (&mut e.transaction.draft.body, how) {
            (Body::Sign { document, .. }, 0) => *document = Digest::sm3(b"another contract"),
            (_, 1) => e.time = TimeMs(e.time.0 - 1000),
            (_, 2) => e.appraisal.as_mut().unwrap().llr = Some(4000),
            (_, 3) => e.transaction.draft.org = name("notary-north"),
            (_, 4) => e.transaction.draft.request = RequestId([9; 16]),
            (_, 5) => e.transaction.signature.0[40] ^= 1,
            _ => e.appraisal.as_mut().unwrap().grade = Grade::A,
        };
        for (how, what) in ["document", "time", "llr", "org", "request", "signature", "grade"].into_iter().enumerate() {
            // Everywhere alike: what no signature covers is hashed anew, and the log does not know it.
            self.sign(&format!("forged-{what}"), code::INCLUSION_SM3, |_, d| {
                change(&mut d.event, how);
                d.receipt.event = d.event.clone();
                let at = d.event.matter_seq as usize - 1;
                d.matter.as_mut().unwrap().events[at] = d.event.clone();
            });
            // In one place only.
            self.sign(&format!("forged-{what}-in-receipt"), code::EVENT_CANON, |_, d| {
                change(&mut d.receipt.event, how)
            });
            self.sign(&format!("forged-{what}-in-matter"), code::EVENT_CANON, |_, d| {
                let at = d.event.matter_seq as usize - 1;
                change(&mut d.matter.as_mut().unwrap().events[at], how);
            });
        }
    }
    pub(super) fn forged_votes(&mut self) {
        // The header is the forger's, the votes are of the right one.
        type Edit = fn(&mut Header);
        let headers: [(&str, Edit); 6] = [
            ("sm3-root", |h| h.sm3_root = Digest::ZERO),
            ("time", |h| h.time = TimeMs(0)),
            ("size", |h| h.ledger_size += 1),
            ("state", |h| h.state_root = Digest::ZERO),
            ("height", |h| h.height = Height(9)),
            ("sum", |h| h.ledger_sum = Digest::ZERO),
        ];
        for (what, change) in headers {
            self.sign(&format!("header-{what}"), code::CERTIFICATE, |_, d| {
                change(&mut d.receipt.checkpoint.header);
                d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
            });
        }
        self.sign("header-validators", code::VALIDATORS, |_, d| {
            d.receipt.checkpoint.header.validators = Digest::ZERO;
            d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
        });
        self.sign("header-epoch", code::TRAIL, |_, d| {
            d.receipt.checkpoint.header.epoch = Epoch(2);
            d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
        });
        let mut votes = |name: &str, first, make: &dyn Fn(&World, Subject) -> Certificate| {
            self.sign(name, first, |w, d| {
                let subject = Subject::of(VoteKind::Finalize, &d.receipt.checkpoint.header);
                d.receipt.checkpoint.certificate = make(w, subject);
                d.matter.as_mut().unwrap().proof.checkpoint = d.receipt.checkpoint.clone();
            });
        };
        let by = |w: &World, s, who: &[u16]| certify(&w.seed, &w.chain, s, who);
        let cert = code::CERTIFICATE;
        votes("votes-too-few", cert, &|w, s| by(w, s, &[0, 1, 2]));
        votes("votes-none", cert, &|w, s| by(w, s, &[]));
        votes("votes-repeated", code::LAYOUT, &|w, s| by(w, s, &[0, 1, 1, 2]));
        votes("votes-unsorted", code::LAYOUT, &|w, s| by(w, s, &[1, 0, 2, 3]));
        votes("votes-of-a-stranger", cert, &|w, s| by(w, s, &[0, 1, 2, 7]));
        votes("votes-notarize", cert, &|w, s| by(w, Subject { kind: VoteKind::Notarize, ..s }, &[0, 1, 2, 3]));
        votes("votes-epoch", cert, &|w, s| by(w, Subject { epoch: Epoch(0), ..s }, &[0, 1, 2, 3]));
        votes("votes-view", cert, &|w, s| by(w, Subject { view: View(s.view.0 + 1), ..s }, &[0, 1, 2, 3]));
        votes("votes-height", cert, &|w, s| by(w, Subject { height: Height(7), ..s }, &[0, 1, 2, 3]));
        votes("votes-block", cert, &|w, s| by(w, Subject { block: Digest::ZERO, ..s }, &[0, 1, 2, 3]));
        votes("votes-other-chain", cert, &|w, s| certify(&w.seed, &Digest::ZERO, s, &[0, 1, 2, 3]));
        votes("votes-other-keys", cert, &|w, s| certify("forger ", &w.chain, s, &[0, 1, 2, 3]));
        votes("votes-one-forged", cert, &|w, s| {
            let mut c = by(w, s, &[0, 1, 2, 3, 4]);
            c.votes[2].1.0[63] ^= 1;
            c
        });
        votes("votes-exchanged", cert, &|w, s| {
            let mut c = by(w, s, &[0, 1, 2, 3]);
            let first = c.votes[0].1;
            c.votes[0].1 = c.votes[1].1;
            c.votes[1].1 = first;
            c
        });
        votes("votes-nullify", cert, &|w, s| by(w, Subject::nullify(s.epoch, s.view), &[0, 1, 2, 3]));
        votes("votes-zero-signature", cert, &|w, s| {
            let mut c = by(w, s, &[0, 1, 2, 3]);
            c.votes[0].1 = Signature([0; 64]);
            c
        });
    }
    pub(super) fn forged_trail(&mut self) {
        let closed = |w: &World, validators: ValidatorSet, who: &[u16]| {
            let Link::Closed { header, .. } = w.trail.links[0].clone() else { panic!("an ordinary link") };
            let header = Header { next_validators: validators.digest(), ..header };
            let certificate = w.certify(&header, who);
            Link::Closed { header, certificate, validators }
        };
        self.sign("trail-missing", code::TRAIL, |_, d| d.trail.links.clear());
        self.sign("trail-doubled", code::TRAIL, |_, d| d.trail.links.push(d.trail.links[0].clone()));
        self.sign("trail-too-far", code::TRAIL, |w, d| {
            // A right link that leads on from where the evidence stands.
            let mut header = w.headers[TIP as usize].clone();
            let validators = set("", 4, 2);
            header.next_validators = validators.digest();
            let certificate = w.certify(&header, &[0, 1, 2, 3]);
            d.trail.links.push(Link::Closed { header, certificate, validators });
        });
        self.sign("trail-other-set", code::TRAIL, |_, d| {
            if let Link::Closed { validators, .. } = &mut d.trail.links[0] {
                *validators = set("forger ", 5, 1);
            }
        });
        self.sign("trail-too-few-votes", code::TRAIL, |w, d| d.trail.links[0] = closed(w, set("", 5, 1), &[0, 1]));
        self.sign("trail-forged-votes", code::TRAIL, |w, d| {
            if let Link::Closed { header, certificate, .. } = &mut d.trail.links[0] {
                let subject = Subject::of(VoteKind::Finalize, header);
                *certificate = certify("forger ", &w.chain, subject, &[0, 1, 2]);
            }
        });
        self.sign("trail-right-link-wrong-set", code::VALIDATORS, |w, d| {
            d.trail.links[0] = closed(w, set("", 4, 1), &[0, 1, 2]);
        });
        for (name, keys) in [("trail-rescue-too-few", &["r1"][..]), ("trail-rescue-forged", &["x1", "x2"])] {
            self.sign(name, code::TRAIL, |w, d| d.trail.links[0] = rescue(w, keys));
        }
    }
    pub(super) fn forged_state(&mut self) {
        let forger = key("forger").public().clone();
        self.sign("state-key-added", code::STATE_ENTRIES, |_, d| {
            for entry in &mut d.state.entries {
                if let Ok(mut org) = Organisation::from_bytes(&entry.value) {
                    org.keys.push(forger.clone());
                    entry.value = org.to_bytes();
                }
            }
        });
        self.sign("state-other-key", code::STATE_ENTRIES, |_, d| d.state.entries[0].key.push(0));
        self.sign("state-not-an-organisation", code::STATE_ENTRIES, |w, d| {
            let entry: StateEntry = w.entry(&StateKey::Matter(name("contract-7")));
            d.state = StateFile::new(vec![entry]);
        });
        self.sign("state-proof-shortened", code::STATE_ENTRIES, |_, d| {
            d.state.entries[0].proof.siblings.pop();
        });
        self.sign("state-unsorted", code::LAYOUT, |_, d| d.state.entries.reverse());
        // Without its proof, a key that came after genesis cannot be told from one that was made up.
        for (seq, name) in [(8, "state-missing-new-key"), (10, "state-missing-retired-key")] {
            let mut dossier = self.world.dossier(seq, Variant::Public);
            dossier.state = StateFile::default();
            self.made(name, code::TRANSACTION_SIGNATURE, &dossier);
            self.list.last_mut().unwrap().outcome = Indeterminate;
        }
    }
}

/// A link of the rescue keys of these seeds, in their order, in place of the one that closed epoch 0.
pub fn rescue(w: &World, keys: &[&str]) -> Link {
    let mut resolution = Resolution {
        chain: w.chain,
        height: Height(5),
        block: w.headers[5].digest(),
        validators: set("", 5, 1),
        contacts: Vec::new(),
        signatures: Vec::new(),
    };
    let bytes = resolution.signing_bytes();
    resolution.signatures = (0..).zip(keys).map(|(i, k)| (i, key(k).sign(&bytes))).collect();
    Link::Rescued(resolution)
}
