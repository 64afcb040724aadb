//! Everything that can be made before the load starts, so that the generator costs little while it runs: signers are
//! enrolled, packets bound and attested, transactions signed.

use crate::client::{Author, Client, ClientError, Mode, Signing, Terms};
use crate::submission::Submission;
use crate::svc2004::People;
use models::{StrokePacket, Writer};
use proto::{Digest, Name};
use std::time::Duration;

/// Synthetic signers; each writes as often as the load needs.
const WRITERS: u64 = 20;
const ENROL_TIMEOUT: Duration = Duration::from_secs(60);

/// Whose signatures a load uses.
pub enum Source {
    /// The built-in writer: no signature is ever the same. With the number of each one's first writing.
    Synthetic(Vec<Writer>, u64),
    /// Real ones, each used once.
    Real(People),
}

impl Source {
    /// `synthetic` or a folder.
    pub fn new(packets: &str) -> Result<Self, String> {
        match packets {
            "synthetic" => Ok(Self::Synthetic((1..=WRITERS).map(Writer::new).collect(), 0)),
            dir => People::read(std::path::Path::new(dir), 2, usize::MAX).map(Self::Real).map_err(|e| e.to_string()),
        }
    }
    /// The same signers, whose first writing has this number: for a network that knows earlier ones.
    pub fn from(self, begin: u64) -> Self {
        match self {
            Self::Synthetic(writers, _) => Self::Synthetic(writers, begin),
            real => real,
        }
    }
    /// Enrols every signer; a signer who is refused stays without references and is appraised without comparison.
    pub async fn enrol(&self, client: &Client, author: &Author) -> Result<usize, String> {
        let terms = client.terms().await.map_err(|e| e.to_string())?;
        let mut enrolled = 0;
        let signers = self.signers();
        let all = signers.into_iter().map(|(signer, references)| {
            let submission = author.enrolment(&terms, &signer, references).map_err(|e| e.to_string());
            async move {
                let s = submission?;
                let answer = client.submit(&s.transaction, &s.packets, Mode::Wait(ENROL_TIMEOUT)).await;
                Ok::<_, String>((signer, answer))
            }
        });
        for done in futures::future::join_all(all).await {
            match done? {
                (_, Ok(answer)) if answer.receipt.is_some() => enrolled += 1,
                (signer, Ok(_)) => return Err(format!("{signer} was not enrolled in time")),
                (signer, Err(ClientError::Refused { reason, .. })) => {
                    eprintln!("enrolment of {signer} refused: {reason}")
                }
                (_, Err(e)) => return Err(e.to_string()),
            }
        }
        Ok(enrolled)
    }
    fn signers(&self) -> Vec<(Name, Vec<StrokePacket>)> {
        match self {
            Self::Synthetic(writers, _) => {
                writers.iter().map(|w| (w.signer(), (0..5).map(|n| w.sign(2 * n)).collect())).collect()
            }
            Self::Real(people) => people.list.iter().map(|p| (p.signer.clone(), p.references())).collect(),
        }
    }
    fn packets(&self, count: usize) -> Vec<(Name, StrokePacket)> {
        match self {
            Self::Synthetic(writers, begin) => {
                let one = |i: usize| {
                    let w = &writers[i % writers.len()];
                    (w.signer(), w.sign(10 + begin + (i / writers.len()) as u64))
                };
                (0..count).map(one).collect()
            }
            Self::Real(people) => {
                let own = people.list.iter().flat_map(|p| p.tests().map(|(_, t)| (p.signer.clone(), t.clone())));
                own.take(count).collect()
            }
        }
    }
    /// Signed submissions, ready to send. Fewer than asked for if real signatures run out.
    pub fn submissions(&self, count: usize, author: &Author, terms: &Terms) -> Result<Vec<Submission>, String> {
        let packets = self.packets(count);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let size = packets.len().div_ceil(threads).max(1);
        let parts: Vec<Vec<(Name, StrokePacket)>> = packets.chunks(size).map(<[_]>::to_vec).collect();
        std::thread::scope(|scope| {
            let work = |part| scope.spawn(move || sign_all(part, author, terms));
            let running: Vec<_> = parts.into_iter().map(work).collect();
            let mut all = Vec::new();
            for thread in running {
                all.extend(thread.join().map_err(|_| "a worker thread panicked".to_owned())??);
            }
            Ok(all)
        })
    }
}

fn sign_all(packets: Vec<(Name, StrokePacket)>, author: &Author, terms: &Terms) -> Result<Vec<Submission>, String> {
    let one = |(signer, packet): (Name, StrokePacket)| {
        let document = Digest::sm3(&packet.samples_digest().0);
        let matter = Name::new(&format!("bench-{signer}"), "matter").map_err(|e| e.to_string())?;
        let what = Signing { matter, signer, document, intent: "measurement".to_owned() };
        author.signing(terms, &what, packet).map_err(|e| e.to_string())
    };
    packets.into_iter().map(one).collect()
}
