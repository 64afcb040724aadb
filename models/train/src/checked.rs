//! What the checks of a packet say of the trials of a cross-validation: refusals and flags, as a node would meet them. They
//! are the committed checks: what is fitted in them saw these writers too, which `attacks` measures apart. Whether a packet
//! repeats an earlier one is not asked: the trials have no history.

use crate::corpus::User;
use crate::setting::Setting;
use crate::trials::{POOL, Trial, draws};
use crate::workers;
use models::graph::Kernel;
use models::inspection::FLAG_OUTSIDE_VALIDATED;
use models::template::Writing;
use models::trace::Trace;
use models::{Appraiser, StrokePacket, Template, attacks};

/// Flags of one trial; `None` where a node would not compare: the packet, or its signer's references, are refused or lie
/// outside of what the model was validated for.
pub type Checks = Option<u32>;

/// The flags of trials under a condition, in their order; all are of this task's users.
pub fn check(appraiser: &Appraiser, (users, setting): (&[User], Setting), trials: &[&Trial]) -> Vec<Checks> {
    let drawn: Vec<&[&Trial]> = trials.chunk_by(|a, b| (a.user, a.draw) == (b.user, b.draw)).collect();
    let references = draws(setting.references, POOL);
    let all = workers::map(drawn.len(), |at| {
        let template = template(appraiser, (users, setting), (drawn[at][0], &references));
        let one = |trial: &&Trial| {
            let [user, place] = trial.questioned;
            flags(appraiser, &seen(&users[user], (place, setting)), template.as_ref()?)
        };
        drawn[at].iter().map(one).collect::<Vec<_>>()
    });
    all.concat()
}

fn template(
    appraiser: &Appraiser,
    (users, setting): (&[User], Setting),
    (trial, draws): (&Trial, &[Vec<usize>]),
) -> Option<Template> {
    let user = users.iter().find(|user| user.number == trial.user)?;
    let packets: Vec<StrokePacket> = draws[trial.draw].iter().map(|place| seen(user, (*place, setting))).collect();
    appraiser.enrol(&packets).ok()
}

fn flags(appraiser: &Appraiser, packet: &StrokePacket, template: &Template) -> Checks {
    let inspected = appraiser.inspect(packet).ok().filter(|inspected| inspected.flags & FLAG_OUTSIDE_VALIDATED == 0)?;
    let writing = Writing::of(&Trace::new(packet).ok()?);
    Some(inspected.flags | attacks::against(&writing, template, Kernel::best()))
}

/// A device that senses no pressure says so by its number of levels.
fn seen(user: &User, (place, setting): (usize, Setting)) -> StrokePacket {
    let mut packet = user.signature(place).packet.clone();
    if !setting.pressure {
        packet.device.pressure_levels = 0;
    }
    packet
}
