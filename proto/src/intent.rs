//! Evidence of will: what a provider (an SMS gateway, a liveness check, a password server) found about a signer before the
//! signing, signed by the provider and carried on the ledger by its digest alone.
//!
//! The ledger holds a `record` step of kind `intent.<method>` whose content is [`IntentResult::digest`]. The raw log stays
//! with the provider; its digest is in the result. Whether a provider is to be believed is for the reader to say.

use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::event::Event;
use crate::ids::{ChainId, Digest, KeyId, Name, TimeMs};
use crate::keys::{PublicKey, SecretKey, Signature};
use crate::receipt::{Check, Outcome};
use crate::transaction::{Body, NOTE_MAX, name};

/// How will was shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Method {
    /// A code sent by SMS was given back.
    Sms = 1,
    /// A living face was before the camera.
    Liveness = 2,
    /// A signing password was given.
    Password = 3,
    /// The document was on the screen, to its end, for so long.
    Reading = 4,
    /// A one-time code of a token was given.
    Token = 5,
    /// A sentence was spoken.
    Speech = 6,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Sms, Self::Liveness, Self::Password, Self::Reading, Self::Token, Self::Speech];
    /// Lower-case name; the step's kind is `intent.` and this.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Liveness => "liveness",
            Self::Password => "password",
            Self::Reading => "reading",
            Self::Token => "token",
            Self::Speech => "speech",
        }
    }
    /// The method of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == text)
    }
    /// The kind of the step that carries such a result.
    pub fn step(self) -> Name {
        Name::new(&format!("intent.{}", self.as_str()), "kind").expect("a short word makes a name")
    }
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The ledger that it is meant for.
    pub chain: ChainId,
    /// How.
    pub method: Method,
    /// About whom.
    pub signer: Name,
    /// The document that was to be signed.
    pub document: Digest,
    /// Whether it was passed.
    pub passed: bool,
    /// When, by the provider's clock.
    pub time: TimeMs,
    /// How long it took, in milliseconds; for `reading`, how long the document was on the screen.
    pub duration_ms: u64,
    /// SM3 of the provider's own log of it.
    pub log: Digest,
    /// What else the provider says, such as a case number of its own.
    pub note: String,
}

/// A provider's clock may be ahead of the ledger's by so much.
const CLOCKS_DIFFER_MS: u64 = 60_000;

/// What a reader knows of the key that a finding names.
#[derive(Clone, Copy, Debug)]
pub struct ProviderKey<'a> {
    /// The key, from genesis or the ledger's state.
    pub key: &'a PublicKey,
    /// Whether the ledger's state at or after the event that carries the finding is shown to hold it: keys that were retired
    /// never come back.
    pub in_force: bool,
}

/// A finding with the provider's signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IntentResult {
    /// What was found.
    pub finding: Finding,
    /// Who says so.
    pub provider: Name,
    /// With which key.
    pub key: KeyId,
    /// SM2 signature over [`IntentResult::signing_bytes`].
    pub signature: Signature,
}

impl IntentResult {
    /// Signs a finding.
    pub fn sign(finding: Finding, provider: Name, key: &SecretKey) -> Self {
        let signature = Signature([0; 64]);
        let mut result = Self { finding, provider, key: key.public().id(), signature };
        result.signature = key.sign(&result.signing_bytes());
        result
    }
    /// The bytes that are signed: everything but the signature.
    pub fn signing_bytes(&self) -> Vec<u8> {
        let mut e = tagged("chirograph/intent-finding");
        self.encode_fields(&mut e);
        e.finish()
    }
    /// `INTENT_SIGNATURE` under the provider's key, `INTENT_STEP` for the event that carries it, and `INTENT_RESULT`.
    pub fn checks(&self, key: Option<ProviderKey<'_>>, carried: Option<&Event>) -> [Check; 3] {
        let f = &self.finding;
        let what = format!(
            "`{}` found {} for `{}`: {}",
            self.provider,
            f.method.as_str(),
            f.signer,
            if f.passed { "passed" } else { "not passed" }
        );
        [self.signed(key), self.carried(carried), Check { code: "INTENT_RESULT", outcome: of(f.passed), detail: what }]
    }
    /// Whether the step that carries a result came into the matter only after a signing: then it may be as genuine as any,
    /// and does not show the will at the signing. The one place that says what late is.
    pub fn is_late(carried: &Event, signing: &Event) -> bool {
        matches!(signing.transaction.draft.body, Body::Sign { .. }) && carried.matter_seq > signing.matter_seq
    }
    /// `INTENT_SIGNING`: the finding was carried by the matter of a signing and is about its signer and document; one that was
    /// carried only after it leaves open what the will at the signing was.
    pub fn before(&self, carried: &Event, signing: &Event) -> Check {
        let (f, matter) = (&self.finding, carried.transaction.draft.body.matter());
        let about = matches!(&signing.transaction.draft.body, Body::Sign { signer, document, matter: at, .. }
            if *signer == f.signer && *document == f.document && Some(at) == matter);
        let (outcome, what) = if !about {
            (Outcome::Invalid, "is of another signer, document or matter")
        } else if Self::is_late(carried, signing) {
            (Outcome::Indeterminate, "came before the finding, which does not show the will at the signing")
        } else {
            (Outcome::Valid, "is of that signer and document, in the same matter, after the finding")
        };
        Check { code: "INTENT_SIGNING", outcome, detail: format!("event {} {what}", signing.seq) }
    }
    fn signed(&self, key: Option<ProviderKey<'_>>) -> Check {
        let code = "INTENT_SIGNATURE";
        let Some(ProviderKey { key, in_force }) = key else {
            let detail = format!("key {} of `{}` is not at hand", self.key.short(), self.provider);
            return Check { code, outcome: Outcome::Indeterminate, detail };
        };
        let holds = key.id() == self.key && key.verify(&self.signing_bytes(), &self.signature);
        let who = format!("signed by `{}` with key {}", self.provider, self.key.short());
        // No validator checks a provider's signature, so a key that was taken from it goes on signing.
        match holds && !in_force {
            true => Check {
                code,
                outcome: Outcome::Indeterminate,
                detail: format!("{who}, which is not shown to have been in force when it was recorded"),
            },
            false => Check { code, outcome: of(holds), detail: who },
        }
    }
    fn carried(&self, event: Option<&Event>) -> Check {
        let code = "INTENT_STEP";
        let Some(event) = event else {
            return Check {
                code,
                outcome: Outcome::Indeterminate,
                detail: "no event was given that carries it".into(),
            };
        };
        let draft = &event.transaction.draft;
        if self.finding.time.0 > event.time.0.saturating_add(CLOCKS_DIFFER_MS) {
            let detail = format!("event {} is older than the time that the finding claims", event.seq);
            return Check { code, outcome: Outcome::Invalid, detail };
        }
        let holds = matches!(&draft.body, Body::Record { kind, content, .. }
            if *kind == self.finding.method.step() && *content == self.digest() && draft.chain == self.finding.chain);
        Check { code, outcome: of(holds), detail: format!("event {} carries the digest {}", event.seq, self.digest()) }
    }
    fn encode_fields(&self, e: &mut Encoder) {
        let f = &self.finding;
        e.digest(&f.chain).u8(f.method as u8).text(f.signer.as_str()).digest(&f.document).bool(f.passed);
        e.u64(f.time.0).u64(f.duration_ms).digest(&f.log).text(&f.note);
        e.text(self.provider.as_str()).digest(&self.key);
    }
}

fn of(holds: bool) -> Outcome {
    if holds { Outcome::Valid } else { Outcome::Invalid }
}

impl Canonical for IntentResult {
    const TAG: &'static str = "chirograph/intent-result";

    fn encode_body(&self, e: &mut Encoder) {
        self.encode_fields(e);
        e.raw(&self.signature.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let finding = Finding {
            chain: d.digest("chain_id")?,
            method: method(d)?,
            signer: name(d, "signer")?,
            document: d.digest("document")?,
            passed: d.bool("passed")?,
            time: TimeMs(d.u64("time")?),
            duration_ms: d.u64("duration_ms")?,
            log: d.digest("log")?,
            note: d.text(NOTE_MAX, "note")?,
        };
        let (provider, key) = (name(d, "provider")?, d.digest("key_id")?);
        Ok(Self { finding, provider, key, signature: Signature(d.raw("signature")?) })
    }
}

fn method(d: &mut Decoder<'_>) -> Result<Method, Malformed> {
    let value = d.u8("method")?;
    let unknown = Malformed::Unknown { field: "method", value: value.into() };
    Method::ALL.into_iter().find(|m| *m as u8 == value).ok_or(unknown)
}
