//! Documents of anybody, PDF or OFD: looked at, or told as unreadable, and twice the same. What a receipt is attached to stays
//! as it was, and the receipt is found again.

use document::pdf::{Pdf, attach::attached};
use document::{Roots, appraise, attach, subjects};
use proto::TimeMs;

/// A signer who is trusted; nothing in the corpus is signed by that key now.
const ROOT: &str = include_str!("../../../node/evidence/mutants/stamps/root.pem");
const RECEIPT: &[u8] = include_bytes!("../corpus/nouns/receipt");

/// A file that is perhaps one.
pub fn read(data: &[u8]) {
    let roots = Roots { pem: &[ROOT], now: TimeMs(1_800_000_000_000) };
    let first = appraise(data, roots);
    assert!(first == appraise(data, roots), "the same file was judged in two ways");
    std::hint::black_box(subjects(data));
    let Ok(with) = attach(data, RECEIPT) else { return };
    assert!(with.starts_with(data), "attaching a receipt changed what was there");
    let found = attached(&with);
    assert!(found.iter().any(|a| a.before == data.len() && a.receipt == RECEIPT), "an attached receipt is not found");
    assert!(Pdf::open(&with).is_ok(), "what a receipt was attached to cannot be read");
    assert!(subjects(&with).iter().any(|s| s.length == data.len()), "the document below a receipt is not told");
}
