//! A leader that never proposes, but votes: the network must go on without its views.

use crate::sim::byzantine::{Liar, Lie, Me, own_proposal};
use replica::Outbound;

/// See the module.
#[derive(Debug)]
pub struct SilentLeader;

impl Liar for SilentLeader {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        if own_proposal(me, &out.message).is_some() { Vec::new() } else { vec![me.honestly(out)] }
    }
}
