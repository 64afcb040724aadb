//! The committed model as it is, through the door that a node uses: enrol, then appraise. It learns nothing here, so any
//! set of users will do, one user too; what a user lacks is left out.

use crate::corpus::{Corpus, Signature, User};
use crate::scored::{Scored, Scores, Stated, System};
use crate::setting::Setting;
use crate::trials::{POOL, RANDOM, Writer, draws};
use crate::workers;
use models::llr::Thresholds;
use models::{Appraiser, StrokePacket, Template};

/// A model of this build.
pub struct Shipped {
    appraiser: Appraiser,
}

impl Shipped {
    /// The system under test.
    pub fn new(appraiser: Appraiser) -> Self {
        Self { appraiser }
    }
    fn user(&self, users: &[User], at: usize, setting: Setting) -> Scores {
        let seen = |s: &Signature| Seen { index: s.index, packet: as_seen(&s.packet, setting) };
        let user = &users[at];
        let case = Case {
            appraiser: &self.appraiser,
            user: user.number,
            genuine: user.genuine.iter().map(seen).collect(),
            forged: user.forged.iter().map(seen).collect(),
            random: users.iter().filter(|u| u.number != user.number).flat_map(strangers).map(seen).collect(),
        };
        let mut scores = Scores::default();
        let pool = case.genuine.iter().filter(|s| s.index <= POOL).count();
        let draws = draws(setting.references, pool);
        if draws.is_empty() {
            scores.notes.push(format!("{}: user {}: only {pool} possible references", setting.title(), user.number));
        }
        for (draw, references) in draws.iter().enumerate() {
            if let Err(refusal) = case.score((draw, references), &mut scores.trials) {
                let what = format!("{}: user {}, draw {draw}: enrolment refused", setting.title(), user.number);
                scores.notes.push(format!("{what}: {refusal}"));
            }
        }
        scores
    }
}

impl System for Shipped {
    fn mode(&self) -> &'static str {
        "shipped"
    }
    fn name(&self) -> String {
        self.appraiser.name().to_owned()
    }
    fn digest(&self) -> String {
        self.appraiser.digest().to_string()
    }
    fn thresholds(&self) -> Thresholds {
        self.appraiser.thresholds()
    }
    fn references(&self) -> &'static [usize] {
        &[10, 5, 3, 1]
    }
    fn score(&self, corpus: &Corpus, setting: Setting) -> Scores {
        let users = &corpus.tasks[setting.task - 1];
        let mut all = Scores::default();
        for scores in workers::map(users.len(), |at| self.user(users, at, setting)) {
            all.trials.extend(scores.trials);
            all.notes.extend(scores.notes);
        }
        all
    }
}

/// A signature as this condition shows it.
struct Seen {
    index: usize,
    packet: StrokePacket,
}

/// A device that senses no pressure says so by its number of levels.
fn as_seen(packet: &StrokePacket, setting: Setting) -> StrokePacket {
    let mut packet = packet.clone();
    if !setting.pressure {
        packet.device.pressure_levels = 0;
    }
    packet
}

/// S11 and S13 stand for a random forgery; where they are missing, the user's first two.
fn strangers(user: &User) -> Vec<&Signature> {
    let usual: Vec<&Signature> = user.genuine.iter().filter(|s| RANDOM.contains(&(s.index - 1))).collect();
    if usual.len() == RANDOM.len() { usual } else { user.genuine.iter().take(RANDOM.len()).collect() }
}

/// One user's signatures and everybody else's.
struct Case<'a> {
    appraiser: &'a Appraiser,
    user: u32,
    genuine: Vec<Seen>,
    forged: Vec<Seen>,
    random: Vec<Seen>,
}

impl Case<'_> {
    fn score(&self, (draw, references): (usize, &[usize]), out: &mut Vec<Scored>) -> Result<(), models::Refusal> {
        let packets: Vec<StrokePacket> = references.iter().map(|r| self.genuine[*r].packet.clone()).collect();
        let template = self.appraiser.enrol(&packets)?;
        let others = self.genuine.iter().enumerate().filter(|(i, _)| !references.contains(i)).map(|(_, s)| s);
        let groups = [Writer::Genuine, Writer::Skilled, Writer::Random];
        let signatures: [Vec<&Seen>; 3] =
            [others.collect(), self.forged.iter().collect(), self.random.iter().collect()];
        for (writer, signatures) in groups.into_iter().zip(signatures) {
            for seen in signatures {
                let (score, stated) = opinion(self.appraiser, &seen.packet, &template);
                out.push(Scored { user: self.user, draw, writer, score, stated });
            }
        }
        Ok(())
    }
}

fn opinion(appraiser: &Appraiser, packet: &StrokePacket, template: &Template) -> (f64, Option<Stated>) {
    let Ok(opinion) = appraiser.appraise(packet, Some(template)) else { return (f64::NEG_INFINITY, None) };
    let stated = opinion.llr.map(|llr| Stated { llr, llr_random: opinion.llr_random, flags: opinion.flags });
    // Limited numbers are equal where the signatures are not: error rates are taken from the number before.
    (appraiser.score(packet, template).unwrap_or(f64::NEG_INFINITY), stated)
}
