//! From files to a [`Dossier`]: the files that must be there are, each decodes, and nothing unknown lies beside them
//! (check `LAYOUT`). Whether what they say holds is for the checks after it.

use crate::dossier::Dossier;
use crate::enrolment::is_compared;
use crate::files::Files;
use crate::packet::SealedPacket;
use crate::stamp::Stamp;
use crate::variant::Variant;
use models::StrokePacket;
use proto::transaction::REFERENCES_MAX;
use proto::{Body, Canonical, Event};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Most files of one kind that are numbered.
const NUMBERED_MAX: usize = 100;

/// The document that was presented, beside an event that names one.
pub(crate) const DOCUMENT: &str = "data/document.bin";

/// The prompt, beside a signing.
pub(crate) const LOGIN: &str = "data/login.bin";

/// The enrolment, beside a signing that was compared.
pub(crate) const ENROLMENT: &str = "data/enrolment.bin";

/// The model, beside an appraisal.
pub(crate) const MODEL: &str = "data/model/model.bin";

/// For people: may be there, and no check depends on them.
const READABLE: [&str; 24] = [
    "README.en.txt",
    "README.zh.txt",
    "SPEC.md",
    "data/document.json",
    "data/figures/overlay.en.svg",
    "data/figures/overlay.zh.svg",
    "data/figures/pressure.en.svg",
    "data/figures/pressure.zh.svg",
    "data/figures/speed.en.svg",
    "data/figures/speed.zh.svg",
    "data/figures/strokes.en.svg",
    "data/figures/strokes.zh.svg",
    "data/figures/x.en.svg",
    "data/figures/x.zh.svg",
    "data/figures/y.en.svg",
    "data/figures/y.zh.svg",
    "data/model/calibration.json",
    "data/model/card.md",
    "data/page.en.pdf",
    "data/page.zh.pdf",
    "data/report.en.pdf",
    "data/report.json",
    "data/report.zh.pdf",
    "verify.html",
];

/// The bag's own files, which are the business of `BAG`.
const BAG: [&str; 6] = [
    "bag-info.txt",
    "bagit.txt",
    "manifest-sha256.txt",
    "manifest-sm3.txt",
    "tagmanifest-sha256.txt",
    "tagmanifest-sm3.txt",
];

/// What was read.
pub(crate) struct Reading {
    pub dossier: Dossier,
    /// `data/facts.json` as it is.
    pub facts: Vec<u8>,
}

/// Reads all files; the error is a sentence for people.
pub(crate) fn read(folder: &str, files: &Files) -> Result<Reading, String> {
    let reader = Reader { files, taken: RefCell::default() };
    let reading = reader.reading()?;
    let expected = reading.dossier.folder();
    if expected.to_string() != folder {
        return Err(format!("the folder is called {folder}, and what is in it {expected}"));
    }
    match files.0.keys().find(|path| !reader.may_stand(path)) {
        Some(path) => Err(format!("{path} does not belong in this package")),
        None => Ok(reading),
    }
}

struct Reader<'a> {
    files: &'a Files,
    taken: RefCell<BTreeSet<String>>,
}

impl Reader<'_> {
    fn reading(&self) -> Result<Reading, String> {
        let variant = Variant::of_json(&self.bytes("data/package.json")?)
            .ok_or("data/package.json is of another format than this verifier's")?;
        let event: Event = self.value("data/event.bin")?;
        let body = &event.transaction.draft.body;
        let nonce = matches!(body, Body::Sign { .. }).then(|| self.value("data/nonce.bin")).transpose()?;
        let matter = body.matter().map(|_| self.value("data/matter.bin")).transpose()?;
        let document = body.document().map(|_| self.optional(DOCUMENT)).transpose()?.flatten();
        let login = matches!(body, Body::Sign { .. }).then(|| self.optional(LOGIN)).transpose()?.flatten();
        let enrolment = is_compared(&event).then(|| self.optional(ENROLMENT)).transpose()?.flatten();
        let (packet, references) = self.packets(&event, variant)?;
        let model = event.appraisal.as_ref().and_then(|_| self.files.get(MODEL)).map(|_| self.bytes(MODEL));
        let intents = body.matter().map(|_| self.numbered("data/intent", |path| self.value(&format!("{path}.bin"))));
        let dossier = Dossier {
            variant,
            genesis: self.value("data/genesis.bin")?,
            receipt: self.value("data/receipt.bin")?,
            trail: self.value("data/trail.bin")?,
            state: self.value("data/state.bin")?,
            matter,
            nonce,
            document,
            login,
            packet,
            references,
            enrolment,
            model: model.transpose()?,
            intents: intents.transpose()?.unwrap_or_default(),
            faults: self.numbered("data/faults", |path| self.value(&format!("{path}.bin")))?,
            stamps: self.numbered("data/time", |path| self.stamp(path))?,
            readable: self.readable(),
            event,
        };
        Ok(Reading { dossier, facts: self.bytes("data/facts.json")? })
    }
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        self.taken.borrow_mut().insert(path.to_owned());
        self.files.get(path).map(<[u8]>::to_vec).ok_or_else(|| format!("{path} is missing"))
    }
    fn value<T: Canonical>(&self, path: &str) -> Result<T, String> {
        T::from_bytes(&self.bytes(path)?).map_err(|e| format!("{path}: {e}"))
    }
    fn optional<T: Canonical>(&self, path: &str) -> Result<Option<T>, String> {
        self.files.get(path).map(|_| self.value(path)).transpose()
    }
    fn stamp(&self, path: &str) -> Result<Stamp, String> {
        Ok(Stamp {
            receipt: self.value(&format!("{path}.bin"))?,
            token: self.bytes(&format!("{path}.tsr"))?,
            chain: self.bytes(&format!("{path}.chain.pem"))?,
        })
    }
    /// Files `FOLDER/00…` as long as there is a next one.
    fn numbered<T>(&self, folder: &str, one: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
        let paths = (0..NUMBERED_MAX).map(|i| format!("{folder}/{i:02}"));
        paths.take_while(|p| self.files.get(&format!("{p}.bin")).is_some()).map(|p| one(&p)).collect()
    }
    fn packets(&self, event: &Event, variant: Variant) -> Result<(Option<SealedPacket>, Vec<SealedPacket>), String> {
        let compared = event.appraisal.as_ref().is_some_and(|a| a.template != proto::Digest::ZERO);
        let (own, references) = match &event.transaction.draft.body {
            _ if variant == Variant::Public => (false, 0..=0),
            Body::Sign { .. } if variant == Variant::Full && compared => (true, 0..=REFERENCES_MAX),
            Body::Sign { .. } => (true, 0..=0),
            Body::Enroll { references, .. } => (false, references.len()..=references.len()),
            _ => (false, 0..=0),
        };
        let packet = own.then(|| self.packet(0)).transpose()?;
        let there = (1..).take_while(|i| self.files.get(&format!("data/packet/{i:02}.bin")).is_some()).count();
        if !references.contains(&there) {
            return Err(format!("{there} reference packets do not belong in a {variant} package of this event"));
        }
        let list = (1..=there).map(|i| self.packet(i)).collect::<Result<_, _>>()?;
        Ok((packet, list))
    }
    fn packet(&self, i: usize) -> Result<SealedPacket, String> {
        let packet: StrokePacket = self.value(&format!("data/packet/{i:02}.bin"))?;
        let path = format!("data/packet/{i:02}.salt");
        let salt = self.bytes(&path)?.try_into().map_err(|_| format!("{path} must have 32 bytes"))?;
        Ok(SealedPacket { packet, salt })
    }
    fn readable(&self) -> Files {
        let ours = |path: &&String| self.may_stand(path) && !BAG.contains(&path.as_str());
        let untaken = |path: &&String| !self.taken.borrow().contains(path.as_str()) && *path != "data/facts.json";
        let paths = self.files.0.keys().filter(ours).filter(untaken);
        Files(paths.filter_map(|p| Some((p.clone(), self.files.get(p)?.to_vec()))).collect())
    }
    /// Whether a file belongs here, once everything that is needed was taken.
    fn may_stand(&self, path: &str) -> bool {
        let taken = self.taken.borrow();
        let beside = |suffix| path.strip_suffix(suffix).is_some_and(|stem| taken.contains(&format!("{stem}.bin")));
        let exported = path.starts_with("data/packet/") && (beside(".ivd") || beside(".inkml"));
        taken.contains(path) || READABLE.contains(&path) || BAG.contains(&path) || exported
    }
}
