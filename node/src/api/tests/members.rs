//! Who belongs to the consortium, held against the state root that the validators signed.

use super::*;
use crate::wire::v1::GetMembersRequest;
use ::evidence::StateFile;
use proto::state::{MembersLeaf, Standing, StateKey};
use proto::{Canonical, Checkpoint, Organisation, Params};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_member_is_proven_and_none_is_left_out() {
    let node = Node::start().await;
    node.commit(&node.record("m", "so that there is a checkpoint").await).await;
    let answer = node.client.query().get_members(GetMembersRequest {}).await.unwrap().into_inner();
    let checkpoint = Checkpoint::from_bytes(&answer.checkpoint.unwrap().canonical).unwrap();
    let file = StateFile::from_bytes(&answer.state).unwrap();
    let value = |key: StateKey| {
        let entry = file.entries.iter().find(|e| e.key == key.to_bytes()).unwrap_or_else(|| panic!("{key:?}"));
        let shown = entry.proof.verify(&checkpoint.header.state_root, &key.path());
        assert_eq!(shown, Some(Standing::Present(Digest::sm3(&entry.value))), "{key:?}");
        entry.value.clone()
    };
    let genesis = node.net.genesis().unwrap();
    assert_eq!(Params::from_bytes(&value(StateKey::Params)).unwrap(), genesis.params);
    let names = MembersLeaf::from_bytes(&value(StateKey::Members)).unwrap().0;
    let all: Vec<Organisation> = names
        .iter()
        .map(|name| Organisation::from_bytes(&value(StateKey::Organisation(name.clone()))).unwrap())
        .collect();
    assert_eq!((all, file.entries.len()), (genesis.organisations.clone(), names.len() + 2));
}
