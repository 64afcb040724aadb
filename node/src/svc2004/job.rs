//! The order of the job: enrolments, other people's signatures, genuine and forged ones, matters, agreement.
//!
//! Other people's signatures go first: most are refused and so stay unused. The ledger takes a piece of writing only
//! once, so one that was committed under another name cannot be submitted again by its real writer; it is left out there
//! and counted as `withheld`.

use super::agreement::agreement;
use super::attempt::{Answer, Class, Sender};
use super::data::{People, REFERENCES};
use super::report::Report;
use crate::client::{ClientError, Signing};
use futures::StreamExt;
use models::StrokePacket;
use proto::{Check, Digest, Outcome};
use std::collections::BTreeSet;
use std::time::Instant;

/// What to do.
pub struct Job {
    /// Whose signatures.
    pub people: People,
    /// Where to.
    pub sender: Sender,
    /// Signatures of others that each person gets.
    pub random: usize,
    /// Submissions in flight.
    pub in_flight: usize,
}

/// A signature to submit: of whom, in whose name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Task {
    class: Class,
    /// Claimed signer.
    person: usize,
    /// Writer, or the forged person again.
    source: usize,
    number: u32,
}

impl Job {
    /// Runs all of it. Progress goes to stderr.
    pub async fn run(&self) -> Result<Report, ClientError> {
        let since = Instant::now();
        let (synthetic, model) = (self.people.synthetic, self.sender.trust.params.model);
        let mut report = Report { synthetic, model, ..Report::default() };
        let enrolled = self.enrol(&mut report).await;
        let random = self.random_tasks(&enrolled);
        let used = self.sign(&random, &mut report).await;
        let (own, withheld) = self.own_tasks(&enrolled, &used);
        report.withheld = withheld;
        self.sign(&own, &mut report).await;
        self.matters(&enrolled, &mut report).await?;
        eprintln!("comparing the nodes");
        (report.nodes_agree, report.nodes) = agreement(&self.sender.clients, &self.sender.trust).await?;
        report.seconds = since.elapsed().as_secs_f64();
        Ok(report)
    }

    async fn enrol(&self, report: &mut Report) -> Vec<usize> {
        let one = |(i, person): (usize, &super::Person)| {
            let (signer, references) = (person.signer.clone(), person.references());
            async move { (i, self.sender.enrol(&signer, &references).await) }
        };
        let list: Vec<_> = self.people.list.iter().enumerate().map(one).collect();
        let answers: Vec<_> = futures::stream::iter(list).buffer_unordered(self.in_flight).collect().await;
        let mut enrolled = Vec::new();
        for (i, answer) in answers {
            report.enrolment(self.people.list[i].signer.as_str(), &answer);
            if matches!(answer, Answer::Committed(..)) {
                enrolled.push(i);
            }
        }
        enrolled.sort_unstable();
        eprintln!("enrolled {} of {} signers", enrolled.len(), self.people.list.len());
        enrolled
    }

    /// Person `k` gets signature number 5 + j of the j-th of the other people, counted round: no writing is used twice.
    fn random_tasks(&self, enrolled: &[usize]) -> Vec<Task> {
        let count = self.people.list.len();
        let others = count.saturating_sub(1);
        let turns = if others == 0 { 0 } else { self.random };
        let pairs = enrolled.iter().flat_map(|person| (1..=turns).map(move |j| (*person, j)));
        pairs
            .map(|(person, j)| (person, (person + 1 + (j - 1) % others) % count, j))
            .filter_map(|(person, source, j)| {
                let number = REFERENCES + u32::try_from(j).ok()?;
                self.people.list[source].genuine.contains_key(&number).then_some(())?;
                Some(Task { class: Class::Random, person, source, number })
            })
            .collect()
    }

    fn own_tasks(&self, enrolled: &[usize], used: &BTreeSet<(usize, u32)>) -> (Vec<Task>, usize) {
        let (mut tasks, mut withheld) = (Vec::new(), 0);
        for &person in enrolled {
            let own = |class, number| Task { class, person, source: person, number };
            for (number, _) in self.people.list[person].tests() {
                if used.contains(&(person, number)) {
                    withheld += 1;
                } else {
                    tasks.push(own(Class::Genuine, number));
                }
            }
            tasks.extend(self.people.list[person].forged.keys().map(|n| own(Class::Forged, *n)));
        }
        // Interleaved over people, as requests of many clients would come.
        tasks.sort_by_key(|t| (t.number % 20, t.person));
        (tasks, withheld)
    }

    /// Submits, and returns whose genuine signatures were committed.
    async fn sign(&self, tasks: &[Task], report: &mut Report) -> BTreeSet<(usize, u32)> {
        let (mut done, mut used) = (0, BTreeSet::new());
        let list: Vec<_> = tasks.iter().map(|task| async { (*task, self.attempt(task).await) }).collect();
        let mut answers = futures::stream::iter(list).buffer_unordered(self.in_flight);
        while let Some((task, answer)) = answers.next().await {
            done += 1;
            if done % 100 == 0 || done == tasks.len() {
                eprintln!("{done} of {} signatures submitted", tasks.len());
            }
            report.signing(task.class, &answer);
            if matches!(answer, Answer::Committed(..)) {
                used.insert((task.source, task.number));
            }
        }
        used
    }

    async fn attempt(&self, task: &Task) -> Answer {
        let person = &self.people.list[task.person];
        let what = Signing {
            matter: person.matter.clone(),
            signer: person.signer.clone(),
            document: Digest::sm3(format!("{}, page {}", person.matter, task.number).as_bytes()),
            intent: "I agree".to_owned(),
        };
        match self.packet(task) {
            Some(packet) => self.sender.sign(&what, packet).await,
            None => Answer::Failed("the signature is not there".to_owned()),
        }
    }

    fn packet(&self, task: &Task) -> Option<&StrokePacket> {
        let source = &self.people.list[task.source];
        match task.class {
            Class::Forged => source.forged.get(&task.number),
            Class::Genuine | Class::Random => source.genuine.get(&task.number),
        }
    }

    /// Fetches every person's matter and verifies that it is complete.
    async fn matters(&self, enrolled: &[usize], report: &mut Report) -> Result<(), ClientError> {
        eprintln!("verifying {} matters", enrolled.len());
        for &i in enrolled {
            let file = self.sender.client().matter_file(&self.people.list[i].matter).await?;
            let valid = Check::overall(&file.verify(&self.sender.trust)) == Outcome::Valid;
            *(if valid { &mut report.matters_verified } else { &mut report.matters_failed }) += 1;
            report.events_in_matters += file.events.len();
        }
        Ok(())
    }
}
