//! What each role may submit: one table, the same on every validator. Who may read is the API's business.

use proto::{Kind, Role};

/// Whether an organisation of that role may submit transactions of that kind.
///
/// | role | enroll | sign | record | anchor | attest | access | govern | fault |
/// |---|---|---|---|---|---|---|---|---|
/// | operator: a signing platform | yes | yes | yes | | | yes | | yes |
/// | notary: vouches, also for who somebody is | yes | | yes | | yes | | yes | yes |
/// | archive: keeps the records | | | yes | yes | yes | | yes | yes |
/// | court: opens cases and states findings | | | yes | | yes | yes | yes | yes |
/// | auditor: states what was found | | | | | yes | | yes | yes |
///
/// A fault is a proof, and a proof is as good from anybody. What a validator says with its own key (that it is ready,
/// that another contradicted itself) is not asked here.
pub fn role_may(role: Role, kind: Kind) -> bool {
    let allowed: &[Kind] = match role {
        Role::Operator => &[Kind::Enroll, Kind::Sign, Kind::Record, Kind::Access],
        Role::Notary => &[Kind::Enroll, Kind::Record, Kind::Attest, Kind::Govern],
        Role::Archive => &[Kind::Record, Kind::Anchor, Kind::Attest, Kind::Govern],
        Role::Court => &[Kind::Record, Kind::Attest, Kind::Access, Kind::Govern],
        Role::Auditor => &[Kind::Attest, Kind::Govern],
    };
    kind == Kind::Fault || allowed.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_platforms_sign_and_only_archives_anchor() {
        let who = |kind| Role::ALL.into_iter().filter(|r| role_may(*r, kind)).collect::<Vec<_>>();
        assert_eq!(who(Kind::Sign), [Role::Operator]);
        assert_eq!(who(Kind::Anchor), [Role::Archive]);
        assert_eq!(who(Kind::Enroll), [Role::Notary, Role::Operator]);
        assert_eq!(who(Kind::Record), [Role::Court, Role::Archive, Role::Notary, Role::Operator]);
        assert_eq!(who(Kind::Access), [Role::Court, Role::Operator]);
        assert_eq!(who(Kind::Govern), who(Kind::Attest), "all but the platforms");
        assert_eq!(who(Kind::Attest), [Role::Court, Role::Archive, Role::Notary, Role::Auditor]);
    }
}
