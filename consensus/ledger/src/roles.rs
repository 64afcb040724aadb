//! What each role may submit: one table, the same on every validator. Who may read is the API's business.

use proto::{Kind, Role};

/// Whether an organisation of that role may submit transactions of that kind.
///
/// | role | enroll | sign | record | anchor | attest |
/// |---|---|---|---|---|---|
/// | operator: a signing platform | yes | yes | yes | | |
/// | notary: vouches, also for who somebody is | yes | | yes | | yes |
/// | archive: keeps the records | | | yes | yes | yes |
/// | court: opens cases and states findings | | | yes | | yes |
/// | auditor: states what was found | | | | | yes |
pub fn role_may(role: Role, kind: Kind) -> bool {
    let allowed: &[Kind] = match role {
        Role::Operator => &[Kind::Enroll, Kind::Sign, Kind::Record],
        Role::Notary => &[Kind::Enroll, Kind::Record, Kind::Attest],
        Role::Archive => &[Kind::Record, Kind::Anchor, Kind::Attest],
        Role::Court => &[Kind::Record, Kind::Attest],
        Role::Auditor => &[Kind::Attest],
    };
    allowed.contains(&kind)
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
        assert_eq!(who(Kind::Attest), [Role::Court, Role::Archive, Role::Notary, Role::Auditor]);
    }
}
