//! Simplex: the order of blocks, as a pure function of what happened. It knows headers by digest, parent, height and
//! view, and nothing of what blocks mean, of packets, pools, disks, sockets or clocks.
//!
//! Paper: Benjamin Y. Chan and Rafael Pass, *Simplex Consensus: A Simple and Fast Consensus Protocol*, TCC 2023, IACR
//! eprint 2023/463. What it calls an iteration is a *view* here, its dummy block is *nullify*.
//!
//! # The protocol
//!
//! Validators `0..n`, of which at most `f = ⌊(n-1)/3⌋` may do anything whatever; a *quorum* is `⌈(n+f+1)/2⌉` votes, so
//! that any two quorums share an honest validator. Time is cut into views 1, 2, …; view `v` is led by validator
//! `v mod n`. In a view every validator says at most three things, each with its own SM2 signature, each to everybody:
//!
//! * **notarize** a block: the leader by proposing it (the proposal's signature *is* its vote), the others when the
//!   block names view and leader rightly, stands on a notarized or final block with every view between given up by a
//!   quorum, and the application judges it valid. One block in a view, for ever.
//! * **nullify** the view: when the leader or a certificate is late.
//! * **finalize** the block that a quorum notarized, on leaving the view, unless it nullified the view. One of nullify
//!   and finalize, never both.
//!
//! A quorum of equal votes is a *certificate*. A view is left only with a certificate of it (or of a later one), and
//! with it alone: no lock, no value and no transcript is carried along. A finalize certificate makes its block and all
//! ancestors final; it is a plain list of signatures over one header, which a court can check one by one.
//!
//! ```text
//!            proposal ────────► notarize votes ──► certificate ──► next view, finalize votes ──► final
//!   view v ┤                                                                          3 message delays
//!            (late) ──────────► nullify votes  ──► certificate ──► next view
//! ```
//!
//! # Why it is safe
//!
//! Suppose block `b` of view `v` is final: a quorum signed finalize(v). An honest validator that did never signs
//! nullify(v), so no nullify certificate of `v` exists, and no other block of `v` is notarized. A later block needs, for
//! an honest vote, a notarized parent and nullify certificates for every view between; since `v` cannot be jumped over,
//! its ancestors include `b`. The only state on which this rests is what a validator signed in each view: `Record::Cast`.
//! It is persisted before it is sent. If safety breaks all the same, more than `f` validators signed two contradictory
//! votes in one view, and both signatures lie in certificates: see [`Notice::Fault`].
//!
//! # Deviations from the paper, and why
//!
//! | paper | here | reason |
//! |---|---|---|
//! | certificates are relayed by everybody | votes go to everybody, certificates only to who lags | a quadratic number of large messages saved; a stuck peer repeats itself and is answered with what it lacks |
//! | random leaders | in turn | accountable, and needs no beacon; with known members there is nothing to grind |
//! | a dead leader costs a timeout each time | a leader that missed a whole turn of views is given up at once, but no more views in a row than validators may be missing from a quorum | one dead node of four would cost a timeout in every fourth view; the cap keeps views from storming after a partition |
//! | every iteration has a block | a leader without work waits, and nobody starts a timer until somebody knows of work, speaks in the view, or a notarized block waits to become final | no empty blocks: an archive keeps every header for ever. An empty block is made only to finalize a tail whose votes were lost |
//! | timeout 3Δ | starts at the genesis values, doubles with every view that fails, halves with every one that succeeds | Δ is not known |
//! | one set of parties | an *epoch* has one set of validators; a block that changes the set closes it, see below | members come and go |
//! | - | more than `f` nullify votes are joined | one of them is honest; slow clocks then do not hold up the rest |
//! | - | at most [`DEPTH_MAX`] unfinalized blocks before a leader waits | bounds what is lost time if they come to nothing |
//!
//! As in the paper, a validator that gave a view up may still notarize its block, which commits it to nothing; many
//! implementations forbid that.
//!
//! # Bounds
//!
//! Votes and proposals are kept for views up to [`VIEWS_AHEAD_MAX`] above ours, one of each kind for each validator, and
//! others' votes for [`VIEWS_BEHIND_MAX`] below; two blocks a view; certificates and own promises until a later block is
//! final. A certificate needs honest votes, so nobody can make us keep more of them than there were views, and views
//! that fail grow longer.
//!
//! # Input × state, in short
//!
//! | input | known before | then |
//! |---|---|---|
//! | vote | no other of its kind | counted; a quorum makes a certificate |
//! | | the same | in a past view: its sender is stuck and helped |
//! | | a contradictory one | fault proof, once |
//! | proposal | none in this view | kept; judged when the rules allow a vote |
//! | | another one | its signature is a fault proof; kept only if a quorum stands for it |
//! | certificate | none of its kind | persisted; view left; finalize vote or finality |
//! | judged valid | our view, no notarize of ours | proposal and vote persisted, vote sent |
//! | built | we lead, nothing said yet | proposal and vote persisted, proposal sent |
//! | tick | see `pace` | nullify, an empty block, or repetition |
//!
//! # Epochs
//!
//! The epoch stands in everything that is signed, so that the same view of two epochs is two views. A block after which
//! another set signs (`Header::closes_epoch`) *closes* its epoch: nobody builds on it, so that it is the last of its
//! epoch in every history, and one certificate over it is all that stands between two sets. When its view does not make
//! it final, leaders of later views propose **the same block again**: the leader's notarize vote with its own view is the
//! proposal, and the others follow when they hold the block notarized in a lower view with every view between given up.
//! The argument for safety above holds word for word with "its ancestors include `b`, or it is `b`". Empty blocks on top
//! of it would do for liveness, but one of them might become final in the eyes of some while others have begun the new
//! epoch on the closing block: two children of one block, each with a certificate.
//!
//! The new epoch's engine starts from the closing block and counts views from the one in which that was *proposed*:
//! which view finalized it may differ from validator to validator, and they must agree on which views need a nullify.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod actions;
mod engine;
mod evidence;
mod input;
mod intake;
mod outlook;
mod pace;
mod peers;
mod recovery;
mod repeat;
mod rules;
mod setup;
mod slot;
mod views;

pub use actions::{Actions, Ask, Message, Notice, Outbound, Record, To, Why};
pub use engine::Engine;
pub use input::Input;
pub use outlook::{Outlook, Proposed, Unfinalized};
pub use rules::DEPTH_MAX;
pub use setup::{Head, Setup, Timing};
pub use views::{VIEWS_AHEAD_MAX, VIEWS_BEHIND_MAX};
