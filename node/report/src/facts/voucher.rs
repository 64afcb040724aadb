//! Whose signature stands over the questioned packet, and what that lets one say about the strokes in it. No register says
//! which keys only devices hold: a signature by the key that submitted the transaction says no more than the submission.

use super::{Facts, Recording};

/// Applications that stand in packets made from files of a collection, not from a pen.
const IMPORTED: &str = "SVC2004";

/// Who signed the packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Voucher {
    /// The packet is not in this variant.
    Absent,
    /// Nobody, or a signature that does not hold.
    Nobody,
    /// The key that signed the transaction: whoever submitted the packet.
    Submitter,
    /// Another key.
    Another,
}

impl Facts {
    /// Who signed the questioned packet.
    pub fn voucher(&self) -> Voucher {
        let Some(recording) = &self.writing.questioned else { return Voucher::Absent };
        match recording.attestation.as_ref().filter(|a| a.holds) {
            None => Voucher::Nobody,
            Some(a) if a.key == self.event.key => Voucher::Submitter,
            Some(_) => Voucher::Another,
        }
    }
    /// The references that a signing was compared with should be in this variant, and are not.
    pub fn lacks_references(&self) -> bool {
        let compared = self.appraisal.as_ref().is_some_and(|a| a.template.is_some());
        self.variant == super::Variant::Full && compared && self.writing.references.is_empty()
    }
}

impl Recording {
    /// Maker, model and program are named, and it does not say that it comes from a collection.
    pub fn is_of_a_named_device(&self) -> bool {
        let d = &self.device;
        let named = [&d.maker, &d.model, &d.app].into_iter().all(|text| !text.is_empty());
        named && !d.app.starts_with(IMPORTED)
    }
}
