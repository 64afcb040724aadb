//! Which events somebody asks for: by kind, by who submitted them, by signer. It looks at events and reads none.

use proto::{Event, Kind, Malformed, Name};

/// What an event must have; `None`: anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// This kind.
    pub kind: Option<Kind>,
    /// Submitted by this organisation.
    pub organisation: Option<Name>,
    /// Of this signer.
    pub signer: Option<Name>,
}

impl Wanted {
    /// From the texts of a request or a command; empty: anything.
    pub fn parse(kind: &str, organisation: &str, signer: &str) -> Result<Self, Malformed> {
        let name = |text: &str, field| (!text.is_empty()).then(|| Name::new(text, field)).transpose();
        let rule = "must be enroll, sign, record, anchor, attest, access, govern or fault, or empty for all";
        let of_kind = || Kind::parse(kind).ok_or(Malformed::Rule { field: "kind", rule });
        Ok(Self {
            kind: (!kind.is_empty()).then(of_kind).transpose()?,
            organisation: name(organisation, "organisation")?,
            signer: name(signer, "signer")?,
        })
    }
    /// Whether the event is one of those.
    pub fn takes(&self, event: &Event) -> bool {
        let draft = &event.transaction.draft;
        self.kind.is_none_or(|kind| kind == event.kind())
            && self.organisation.as_ref().is_none_or(|org| *org == draft.org)
            && self.signer.as_ref().is_none_or(|signer| draft.body.signer() == Some(signer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_name_and_others_are_refused() {
        for kind in Kind::ALL {
            assert_eq!(Wanted::parse(kind.as_str(), "", "").unwrap().kind, Some(kind));
        }
        assert_eq!(Wanted::parse("", "", "").unwrap(), Wanted::default());
        let refused = Wanted::parse("signing", "", "").unwrap_err().to_string();
        assert!(refused.contains("enroll, sign, record, anchor, attest, access, govern or fault"), "{refused}");
        assert!(Wanted::parse("", &"x".repeat(500), "").unwrap_err().to_string().contains("organisation"));
    }
}
