//! Any bytes, read as every type that has canonical bytes. A value that can be read has exactly those bytes and no others,
//! and checking its signatures and proofs never panics.

use proto::{
    Appraisal, Block, Body, Canonical, Certificate, CertifiedChain, Event, FaultProof, Header, LightClient, MatterFile,
    MatterProof, Organisation, Params, Proposal, Receipt, Resolution, Trail, Transaction, Trust, ValidatorSet, Vote,
};
use replica::PeerMessage;
use simplex::Record;
use std::sync::LazyLock;
use tests::sim::consortium::{birth, trust};

static TRUST: LazyLock<Trust> = LazyLock::new(|| trust(&birth(4, false)));

/// Whatever these bytes are.
pub fn read(data: &[u8]) {
    let t = &*TRUST;
    let (chain, set) = (&t.chain, &t.validators);
    one::<Appraisal, _>(data, |_| ());
    one::<Block, _>(data, |_| ());
    one::<Body, _>(data, |body| (body.packets().len(), body.matter().cloned(), body.signer().cloned()));
    one::<Certificate, _>(data, |c| c.verify(chain, set));
    one::<CertifiedChain, _>(data, |c| c.verify(chain, set));
    one::<Event, _>(data, |_| ());
    one::<FaultProof, _>(data, |f| f.verify(chain, set));
    one::<Header, _>(data, |_| ());
    one::<MatterFile, _>(data, |m| m.verify(t));
    one::<MatterProof, _>(data, |m| m.verify(t, None));
    one::<Organisation, _>(data, |_| ());
    one::<Params, _>(data, |_| ());
    one::<PeerMessage, _>(data, |m| (m.epoch(), m.verify(chain, set)));
    one::<Proposal, _>(data, |p| p.verify(chain, set));
    one::<Receipt, _>(data, |r| r.verify(t));
    one::<Record, _>(data, |r| r.view());
    one::<Resolution, _>(data, |r| r.verify(chain, &t.rescue));
    one::<Trail, _>(data, |trail| LightClient::new(t).follow(&trail));
    one::<Transaction, _>(data, |x| x.verify(&t.organisations[0].keys[0]));
    one::<ValidatorSet, _>(data, |_| ());
    one::<Vote, _>(data, |v| v.verify(chain, set));
}

fn one<T: Canonical, R>(data: &[u8], then: impl FnOnce(T) -> R) {
    if let Ok(value) = T::from_bytes(data) {
        assert!(value.to_bytes() == data, "{} has two encodings", T::TAG);
        std::hint::black_box(then(value));
    }
}
