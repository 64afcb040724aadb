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
    let answer = node.client.query().get_members(GetMembersRequest::default()).await.unwrap().into_inner();
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_have_all_members_once_and_each_the_whole_list() {
    let node = Node::start().await;
    node.commit(&node.record("m", "so that there is a checkpoint").await).await;
    let names: Vec<_> = node.net.genesis().unwrap().organisations.into_iter().map(|o| o.name).collect();
    assert!(names.len() > 2);
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let request = GetMembersRequest { page_size: 2, page_token: token };
        let answer = node.client.query().get_members(request).await.unwrap().into_inner();
        let file = StateFile::from_bytes(&answer.state).unwrap();
        let key = StateKey::Members.to_bytes();
        let list = file.entries.iter().find(|e| e.key == key).unwrap();
        assert_eq!(MembersLeaf::from_bytes(&list.value).unwrap().0, names);
        assert!(file.entries.len() <= 4);
        seen.extend(file.entries.iter().filter_map(|e| Organisation::from_bytes(&e.value).ok()).map(|o| o.name));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    // A page has its leaves in the order of their keys; the list says in which order the members stand.
    seen.sort();
    let mut all = names;
    all.sort();
    assert_eq!(seen, all);
    let of_another_list = GetMembersRequest { page_size: 2, page_token: format!("{:016x}{:016x}", 2, 7) };
    let refused = node.client.query().get_members(of_another_list).await.unwrap_err();
    assert!(refused.message().starts_with("page_token"), "{refused:?}");
}
