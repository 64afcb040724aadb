//! Logins by signature, and evidence of will, by the commands that an operator types, on one network: what holds, and what
//! must not. Strokes are the synthetic writer's, so no login here is ever more than indeterminate.

use crate::intents;
use crate::joiner::chirograph;
use crate::network::Network;
use models::packet::{Binding, DigitiserKind, Nonce};
use models::{StrokePacket, Writer};
use node::client::Mode;
use proto::{Canonical, Challenge, Digest, Height, Name, SecretKey};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Older than any prompt may be.
const LONG_AGO: Duration = Duration::from_secs(3600);

/// The reception: who asks people to sign, and where answers are put down.
struct Desk<'a> {
    network: &'a Network,
    dir: tempfile::TempDir,
}

impl Desk<'_> {
    fn login(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let dir = self.network.net.dir.to_str().unwrap();
        let (verb, rest) = arguments.split_first().unwrap();
        chirograph(&[&["login", *verb, "--localnet", dir], rest].concat())
    }
    fn prompt(&self, writer: &Writer) -> Value {
        let (code, prompt) = self.login(&["prompt", writer.signer().as_str()]);
        assert_eq!(code, Some(0), "{prompt}");
        prompt
    }
    /// A later prompt: one prompt lets in once, and the next one needs a block that has settled.
    fn prompt_after(&self, earlier: &Value, writer: &Writer) -> Value {
        (0..400)
            .find_map(|_| {
                std::thread::sleep(Duration::from_millis(50));
                Some(self.prompt(writer)).filter(|prompt| prompt["document"] != earlier["document"])
            })
            .expect("a login makes a block")
    }
    /// Strokes as the organisation's capture device hands them over: bound to a prompt, and attested.
    fn bound(&self, name: &str, packet: StrokePacket, prompt: &Value) -> PathBuf {
        self.attested(name, (packet, prompt), &self.network.author.key)
    }
    fn attested(&self, name: &str, (mut packet, prompt): (StrokePacket, &Value), device: &SecretKey) -> PathBuf {
        let text = |value: &Value| Digest::from_hex(value.as_str().unwrap()).unwrap();
        let height = Height(prompt["nonce"]["height"].as_u64().unwrap());
        let nonce = Nonce { height, block: text(&prompt["nonce"]["block"]) };
        let (signer, document) = (packet.binding.signer.clone(), text(&prompt["document"]));
        packet.binding = Binding { signer, document, nonce, intent: "login".into() };
        packet.sign(device);
        self.put(name, &packet)
    }
    fn put(&self, name: &str, packet: &StrokePacket) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, packet.to_bytes()).unwrap();
        path
    }
    fn answer(&self, writer: &Writer, strokes: &Path) -> (Option<i32>, Value) {
        self.login(&["answer", writer.signer().as_str(), strokes.to_str().unwrap()])
    }
    fn refused(&self, writer: &Writer, strokes: &Path) -> String {
        let (code, said) = self.answer(writer, strokes);
        assert_eq!(code, Some(1), "{said}");
        said["error"]["reason"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
    }
}

/// Outcome of a check.
pub fn outcome<'a>(said: &'a Value, code: &str) -> &'a str {
    let check = said["checks"].as_array().and_then(|all| all.iter().find(|c| c["code"] == code));
    check.unwrap_or_else(|| panic!("no {code} in {said}"))["outcome"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_under_the_prompt_is_let_in_and_will_is_evidenced() {
    let mut network = Network::founded(LONG_AGO).await;
    let writer = Writer::new(1);
    let desk = Desk { network: &network, dir: tempfile::tempdir().unwrap() };
    enrol(&network, &writer).await;
    let old = first_prompt(&network, &writer).await;
    assert_eq!(desk.refused(&writer, &desk.bound("old", writer.sign(20), &old)), "NONCE_EXPIRED");
    let strokes = accepted(&desk, &writer);
    refused(&desk, &writer, &strokes);
    not_a_login(&desk, &writer);
    intents::hold_and_do_not(&network);
    network.check_alive();
}

/// The prompt of the founding, an hour ago. Nodes give newer ones, because their slow heartbeat made a block meanwhile.
async fn first_prompt(network: &Network, writer: &Writer) -> Value {
    let client = network.client(0);
    let (chain, block) = (client.terms().await.unwrap().chain, client.header(Height(0)).await.unwrap().digest());
    let (org, nonce) = (network.author.org.clone(), proto::Nonce { height: Height(0), block });
    let challenge = Challenge { chain, org, signer: Name::new(writer.signer().as_str(), "signer").unwrap(), nonce };
    json!({ "document": challenge.digest().to_string(), "nonce": { "height": 0, "block": block.to_string() } })
}

async fn enrol(network: &Network, writer: &Writer) {
    let client = network.client(0);
    let terms = client.terms().await.unwrap();
    let references = (0..5).map(|n| writer.sign(n)).collect();
    let s = network.author.enrolment(&terms, &writer.signer(), references).unwrap();
    let answer = client.submit(&s.transaction, &s.packets, Mode::Wait(Duration::from_secs(60))).await.unwrap();
    assert!(answer.receipt.is_some());
}

/// The strokes that were taken.
fn accepted(desk: &Desk<'_>, writer: &Writer) -> PathBuf {
    let prompt = desk.prompt(writer);
    let digits = prompt["prompt"].as_str().unwrap();
    assert!(digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()), "{prompt}");
    let strokes = desk.bound("login", writer.sign(21), &prompt);
    let (code, said) = desk.answer(writer, &strokes);
    // Everything holds but one thing: these strokes say themselves that no hand made them.
    assert_eq!((code, outcome(&said, "LOGIN_CHALLENGE")), (Some(2), "VALID"), "{said}");
    assert_eq!(outcome(&said, "LOGIN_WRITER"), "INDETERMINATE", "{said}");
    assert!(said["checks"].as_array().unwrap().iter().all(|c| c["outcome"] == "VALID" || c["code"] == "LOGIN_WRITER"));
    assert!(said.to_string().contains(digits), "{said}");
    let event = said["event"].as_u64().unwrap();
    let (code, again) = desk.login(&["check", &event.to_string(), writer.signer().as_str()]);
    assert_eq!((code, &again["checks"]), (Some(2), &said["checks"]));
    packaged(desk, event, digits);
    // It is no login of somebody else, and not for ever.
    let (code, said) = desk.login(&["check", &event.to_string(), Writer::new(2).signer().as_str()]);
    assert_eq!((code, outcome(&said, "LOGIN_ASKED")), (Some(1), "INVALID"), "{said}");
    let late = ["check", &event.to_string(), writer.signer().as_str(), "--max-age", "0"].map(str::to_owned);
    let (code, said) = desk.login(&late.each_ref().map(String::as_str));
    assert_eq!((code, outcome(&said, "LOGIN_FRESH")), (Some(1), "INVALID"), "{said}");
    // Strokes without a binding are bound when they are handed in.
    desk.prompt_after(&prompt, writer);
    let (code, said) = desk.answer(writer, &desk.put("unbound", &writer.sign(22)));
    assert_eq!((code, outcome(&said, "LOGIN_CHALLENGE")), (Some(2), "VALID"), "{said}");
    // Under which prompt they were bound only that command knows: no later one than this.
    let newest = desk.prompt(writer);
    claimed_pen(desk, writer, &desk.prompt_after(&newest, writer));
    strokes
}

/// A login's package names its prompt.
fn packaged(desk: &Desk<'_>, event: u64, digits: &str) {
    let (net, out) = (desk.network.net.dir.to_str().unwrap(), desk.dir.path().join("login.zip"));
    let (code, said) = chirograph(&["export", &event.to_string(), "--localnet", net, "--out", out.to_str().unwrap()]);
    assert_eq!((code, outcome(&said, "LOGIN_CHALLENGE")), (Some(0), "VALID"), "{said}");
    assert!(said.to_string().contains(digits), "{said}");
}

/// The same movement from what claims to be a device with a pen: the appraiser tells that a program made it.
fn claimed_pen(desk: &Desk<'_>, writer: &Writer, prompt: &Value) {
    let mut packet = writer.sign(23);
    packet.device.kind = DigitiserKind::EmrPen;
    let (code, said) = desk.answer(writer, &desk.bound("pen", packet, prompt));
    assert_eq!((code, outcome(&said, "LOGIN_WRITER")), (Some(2), "INDETERMINATE"), "{said}");
}

fn refused(desk: &Desk<'_>, writer: &Writer, strokes: &Path) {
    // The answer of before: as it is, and bound to a new prompt.
    assert_eq!(desk.refused(writer, strokes), "PACKET_DUPLICATE");
    let rebound = desk.bound("rebound", writer.sign(21), &desk.prompt(writer));
    assert_eq!(desk.refused(writer, &rebound), "PACKET_DUPLICATE");
    // Another hand: its own signature, and a practised imitation, under this signer's name.
    let prompt = desk.prompt(writer);
    let mut other = Writer::new(2).sign(20);
    other.binding.signer = writer.signer();
    assert_eq!(desk.refused(writer, &desk.bound("other", other, &prompt)), "STROKE_SCORE_LOW");
    // The prompt of one signer, answered as another.
    let other = Writer::new(2);
    let crossed = desk.bound("crossed", other.sign(21), &prompt);
    assert_eq!(desk.refused(&other, &crossed), "PACKET_BINDING_MISMATCH");
    assert_eq!(desk.refused(writer, &crossed), "PACKET_BINDING_MISMATCH");
    // A device that is not the organisation's.
    let stranger = SecretKey::from_scalar(&[7; 32], "key").unwrap();
    let foreign = desk.attested("foreign", (writer.sign(24), &prompt), &stranger);
    assert_eq!(desk.refused(writer, &foreign), "ATTESTATION_KEY_UNKNOWN");
    // Another document than the prompt's: the digits were not those that this block gives.
    let mut changed = prompt.clone();
    changed["document"] = Digest([9; 32]).to_string().into();
    assert_eq!(desk.refused(writer, &desk.bound("changed", writer.sign(24), &changed)), "PACKET_BINDING_MISMATCH");
}

/// A signing of a document is no login, whoever wrote it; and an enrolment is neither.
fn not_a_login(desk: &Desk<'_>, writer: &Writer) {
    let (dir, file) = (desk.network.net.dir.to_str().unwrap(), desk.dir.path().join("lease.txt"));
    std::fs::write(&file, "a lease").unwrap();
    let strokes = desk.put("lease", &writer.sign(25));
    let (document, signer) = (file.to_str().unwrap(), writer.signer());
    let of = ["sign", "--localnet", dir, "--matter", "lease", "--signer", signer.as_str(), "--document", document];
    let (code, said) = chirograph(&[&of[..], &[strokes.to_str().unwrap()]].concat());
    assert_eq!(code, Some(0), "{said}");
    let event = said["event"].to_string();
    let export = |file: &Path| {
        let out = desk.dir.path().join("lease.zip");
        let of = ["export", &event, "--localnet", dir, "--document", file.to_str().unwrap()];
        chirograph(&[&of[..], &["--out", out.to_str().unwrap()]].concat())
    };
    let (code, said) = export(&file);
    assert_eq!((code, outcome(&said, "DOCUMENT")), (Some(0), "VALID"), "{said}");
    let (code, said) = export(&strokes);
    assert_eq!((code, &said["error"]["reason"]), (Some(1), &"DOCUMENT_OTHER".into()), "{said}");
    let (code, said) = desk.login(&["check", &event, signer.as_str()]);
    assert_eq!((code, outcome(&said, "LOGIN_CHALLENGE")), (Some(1), "INVALID"), "{said}");
    let (code, said) = desk.login(&["check", "0", signer.as_str()]);
    assert_eq!((code, outcome(&said, "LOGIN_CHALLENGE")), (Some(1), "INVALID"), "{said}");
}
