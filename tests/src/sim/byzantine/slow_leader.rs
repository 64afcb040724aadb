//! A leader that proposes so late that some have given the view up and others have not.

use crate::sim::byzantine::{Liar, Lie, Me, own_proposal};
use replica::Outbound;

/// See the module.
#[derive(Debug)]
pub struct SlowLeader;

impl Liar for SlowLeader {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        let mut lie = me.honestly(out);
        if own_proposal(me, &out.message).is_some() {
            let patience = me.birth.params.leader_timeout_ms;
            lie.delay_ms = patience / 2 + me.roll % (patience * 2);
        }
        vec![lie]
    }
}
