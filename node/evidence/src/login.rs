//! A login in a package: the prompt that the person signed under, held against the event. Who logged in where, and how long
//! ago, is for whoever relies on it to ask.

use crate::code;
use crate::verify::{Case, check};
use proto::{Body, Canonical, Challenge, Check};

/// `LOGIN_CHALLENGE`, where the package holds the prompt.
pub(crate) fn checks(case: &Case<'_>) -> Option<Check> {
    let challenge = case.dossier.login.as_ref()?;
    let event = &case.dossier.event;
    let answers = Challenge::answered_by(event).as_ref() == Some(challenge)
        && matches!(&event.transaction.draft.body, Body::Sign { matter, document, .. }
            if *document == challenge.digest() && *matter == challenge.matter());
    let detail = if answers {
        let (org, signer, height) = (&challenge.org, &challenge.signer, challenge.nonce.height);
        format!("`{org}` asked `{signer}` to sign under {} after block {height}", challenge.digits())
    } else {
        "the event does not answer this prompt".to_owned()
    };
    Some(check(code::LOGIN_CHALLENGE, answers, detail))
}
