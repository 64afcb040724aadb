//! The committed model as it is, through the door that a node uses: enrol, then appraise. It learns nothing here, so any
//! set of users will do, one user too; what a user lacks is left out.

use crate::corpus::{Corpus, Signature, User};
use crate::scored::{Scored, Scores, Stated, System};
use crate::setting::Setting;
use crate::team::Embed;
use crate::trials::{POOL, RANDOM, Writer, draws};
use crate::workers;
use models::graph::Embedding;
use models::llr::Thresholds;
use models::{Appraiser, Opinion, Refusal, StrokePacket, Template};

/// A model of this build.
pub struct Shipped {
    appraiser: Appraiser,
    elsewhere: Option<(&'static str, Box<Embed>)>,
}

impl Shipped {
    /// The system under test, with the normative code.
    pub fn new(appraiser: Appraiser) -> Self {
        Self { appraiser, elsewhere: None }
    }
    /// The same with its network run by another backend of this name.
    pub fn elsewhere(appraiser: Appraiser, name: &'static str, embed: Box<Embed>) -> Self {
        Self { appraiser, elsewhere: Some((name, embed)) }
    }
    /// All signatures of a user as this condition shows them.
    fn person(&self, user: &User, setting: Setting) -> Result<Person, String> {
        let seen = |s: &Signature| self.seen(s, setting);
        Ok(Person {
            number: user.number,
            genuine: user.genuine.iter().map(seen).collect::<Result<_, _>>()?,
            forged: user.forged.iter().map(seen).collect::<Result<_, _>>()?,
        })
    }
    fn seen(&self, signature: &Signature, setting: Setting) -> Result<Seen, String> {
        let mut packet = signature.packet.clone();
        if !setting.pressure {
            // A device that senses no pressure says so by its number of levels.
            packet.device.pressure_levels = 0;
        }
        let embed = |(_, embed): &(_, Box<Embed>)| embed(&self.appraiser.graphs(&packet).unwrap_or_default());
        let embeddings = self.elsewhere.as_ref().map(embed).transpose()?;
        Ok(Seen { index: signature.index, packet, embeddings })
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
    fn backend(&self) -> &'static str {
        self.elsewhere.as_ref().map_or("native", |(name, _)| name)
    }
    fn thresholds(&self) -> Thresholds {
        self.appraiser.thresholds()
    }
    fn references(&self) -> &'static [usize] {
        &[10, 5, 3, 1]
    }
    fn score(&self, corpus: &Corpus, setting: Setting) -> Scores {
        let users = corpus.tasks[setting.task - 1].iter();
        let people = match users.map(|user| self.person(user, setting)).collect::<Result<Vec<_>, _>>() {
            Ok(people) => people,
            Err(fault) => return Scores { trials: vec![], notes: vec![format!("{}: {fault}", setting.title())] },
        };
        let mut all = Scores::default();
        let appraiser = &self.appraiser;
        for scores in workers::map(people.len(), |at| Case { appraiser, people: &people, at, setting }.scores()) {
            all.trials.extend(scores.trials);
            all.notes.extend(scores.notes);
        }
        all
    }
}

/// A user under one condition.
struct Person {
    number: u32,
    genuine: Vec<Seen>,
    forged: Vec<Seen>,
}

/// A signature under one condition.
struct Seen {
    index: usize,
    packet: StrokePacket,
    /// Made elsewhere.
    embeddings: Option<Vec<Embedding>>,
}

impl Person {
    /// S11 and S13 stand for a random forgery; where they are missing, the first two.
    fn strangers(&self) -> Vec<&Seen> {
        let usual: Vec<&Seen> = self.genuine.iter().filter(|s| RANDOM.contains(&(s.index - 1))).collect();
        if usual.len() == RANDOM.len() { usual } else { self.genuine.iter().take(RANDOM.len()).collect() }
    }
}

/// One user's comparisons.
struct Case<'a> {
    appraiser: &'a Appraiser,
    people: &'a [Person],
    at: usize,
    setting: Setting,
}

impl Case<'_> {
    fn scores(&self) -> Scores {
        let person = &self.people[self.at];
        let mut scores = Scores::default();
        let pool = person.genuine.iter().filter(|s| s.index <= POOL).count();
        let draws = draws(self.setting.references, pool);
        let title = format!("{}: user {}", self.setting.title(), person.number);
        if draws.is_empty() {
            scores.notes.push(format!("{title}: only {pool} possible references"));
        }
        for (draw, references) in draws.iter().enumerate() {
            if let Err(refusal) = self.compare((draw, references), &mut scores.trials) {
                scores.notes.push(format!("{title}, draw {draw}: enrolment refused: {refusal}"));
            }
        }
        scores
    }
    fn compare(&self, (draw, references): (usize, &[usize]), out: &mut Vec<Scored>) -> Result<(), Refusal> {
        let person = &self.people[self.at];
        let template = self.enrol(&references.iter().map(|r| &person.genuine[*r]).collect::<Vec<_>>())?;
        let others = person.genuine.iter().enumerate().filter(|(i, _)| !references.contains(i)).map(|(_, s)| s);
        let strangers = self.people.iter().filter(|p| p.number != person.number).flat_map(Person::strangers);
        let genuine = others.map(|s| (Writer::Genuine, s));
        let skilled = person.forged.iter().map(|s| (Writer::Skilled, s));
        for (writer, seen) in genuine.chain(skilled).chain(strangers.map(|s| (Writer::Random, s))) {
            let (score, stated) = self.opinion(seen, &template);
            out.push(Scored { user: person.number, draw, writer, score, stated });
        }
        Ok(())
    }
    fn enrol(&self, references: &[&Seen]) -> Result<Template, Refusal> {
        let packets: Vec<StrokePacket> = references.iter().map(|s| s.packet.clone()).collect();
        match references.iter().map(|s| s.embeddings.clone()).collect() {
            Some(embeddings) => self.appraiser.enrol_with(&packets, embeddings),
            None => self.appraiser.enrol(&packets),
        }
    }
    /// Limited numbers are equal where the signatures are not: error rates are taken from the number before.
    fn opinion(&self, seen: &Seen, template: &Template) -> (f64, Option<Stated>) {
        let (model, packet) = (self.appraiser, &seen.packet);
        let (opinion, score): (Result<Opinion, Refusal>, Result<f64, Refusal>) = match &seen.embeddings {
            None => (model.appraise(packet, Some(template)), model.score(packet, template)),
            Some(made) => (
                model.appraise_with(packet, Some(template), made.clone()),
                model.score_with(packet, template, made.clone()),
            ),
        };
        let (Ok(opinion), Ok(score)) = (opinion, score) else { return (f64::NEG_INFINITY, None) };
        let stated = opinion.llr.map(|llr| Stated { llr, llr_random: opinion.llr_random, flags: opinion.flags });
        (score, stated)
    }
}
