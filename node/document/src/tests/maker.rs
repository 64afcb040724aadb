//! A small PDF, in both forms of cross-references, and incremental updates to it.

use crate::Roots;
use proto::{
    Body, Certificate, Checkpoint, Digest, Draft, Epoch, Event, Header, Height, Name, Receipt, RequestId, SecretKey,
    Seq, Subject, TimeMs, ValidatorIndex, View, VoteKind,
};

/// The catalogue, the pages and one page.
const CATALOGUE: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>";
const CONTENT: &str = "<< /Length 22 >>\nstream\n0 0 m 100 50 l S 1 0 0\nendstream";

/// A reader who trusts nobody.
pub fn nobody() -> Roots<'static> {
    Roots { pem: &[], now: now() }
}

/// The time of the tests, whose certificates are made while they run.
pub fn now() -> TimeMs {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    TimeMs(u64::try_from(since.as_millis()).unwrap())
}

/// With a table of cross-references.
pub fn plain() -> Vec<u8> {
    let objects = [(1, CATALOGUE), (2, PAGES), (3, PAGE), (4, CONTENT)].map(|(n, text)| (n, text.to_owned()));
    write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), &objects, None)
}

/// With a stream of cross-references, and the catalogue and pages in a compressed object stream.
pub fn compressed() -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let bodies = [CATALOGUE, PAGES, PAGE];
    let (mut heads, mut content) = (String::new(), String::new());
    for (n, body) in bodies.iter().enumerate() {
        heads.push_str(&format!("{} {} ", n + 1, content.len()));
        content.push_str(body);
        content.push(' ');
    }
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(format!("{heads}{content}").as_bytes(), 6);
    let four = out.len();
    out.extend_from_slice(format!("4 0 obj\n{CONTENT}\nendobj\n").as_bytes());
    let five = out.len();
    let dict = format!("<< /Type /ObjStm /N 3 /First {} /Filter /FlateDecode /Length {} >>", heads.len(), packed.len());
    out.extend_from_slice(format!("5 0 obj\n{dict}\nstream\n").as_bytes());
    out.extend_from_slice(&packed);
    out.extend_from_slice(b"\nendstream\nendobj\n");
    let six = out.len();
    let row = |kind: u8, a: usize, b: u8| [kind, (a >> 8) as u8, a as u8, b];
    let rows =
        [row(0, 0, 0), row(2, 5, 0), row(2, 5, 1), row(2, 5, 2), row(1, four, 0), row(1, five, 0), row(1, six, 0)];
    let mut above = [0u8; 4];
    let mut predicted = Vec::new();
    for row in rows {
        predicted.push(2);
        predicted.extend(row.iter().zip(above).map(|(a, b)| a.wrapping_sub(b)));
        above = row;
    }
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&predicted, 6);
    let dict = format!(
        "<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /ID [<00> <00>] /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >> /Length {} >>",
        packed.len()
    );
    out.extend_from_slice(format!("6 0 obj\n{dict}\nstream\n").as_bytes());
    out.extend_from_slice(&packed);
    out.extend_from_slice(format!("\nendstream\nendobj\nstartxref\n{six}\n%%EOF").as_bytes());
    out
}

/// `file` with these objects behind it.
pub fn update(file: &[u8], objects: &[(u32, String)]) -> Vec<u8> {
    let tail = String::from_utf8_lossy(&file[file.len().saturating_sub(64)..]).into_owned();
    let previous = tail.rsplit("startxref").next().unwrap().split_whitespace().next().unwrap().parse().unwrap();
    let mut out = file.to_vec();
    if out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
    write(out, objects, Some(previous))
}

fn write(mut out: Vec<u8>, objects: &[(u32, String)], previous: Option<usize>) -> Vec<u8> {
    let mut table = String::from("xref\n0 1\n0000000000 65535 f\r\n");
    for (number, text) in objects {
        table.push_str(&format!("{number} 1\n{:010} 00000 n\r\n", out.len()));
        out.extend_from_slice(format!("{number} 0 obj\n{text}\nendobj\n").as_bytes());
    }
    let at = out.len();
    let prev = previous.map_or(String::new(), |p| format!(" /Prev {p}"));
    let size = objects.iter().map(|o| o.0 + 1).max().unwrap().max(20);
    let end = format!("{table}trailer\n<< /Size {size} /Root 1 0 R{prev} >>\nstartxref\n{at}\n%%EOF\n");
    out.extend_from_slice(end.as_bytes());
    out
}

/// A receipt, well formed but certified by nobody, of an event that names `document`.
pub fn receipt(document: Digest, seq: u64) -> Receipt {
    let name = |text| Name::new(text, "name").unwrap();
    let key = SecretKey::from_scalar(&[7; 32], "key").unwrap();
    let body = Body::Record { matter: name("lease"), kind: name("signed"), content: document, note: String::new() };
    let draft = Draft {
        chain: Digest([9; 32]),
        org: name("notary"),
        key: key.public().id(),
        request: RequestId([1; 16]),
        expiry: Height(100),
        body,
    };
    let (height, time) = (Height(5), TimeMs(6));
    let transaction = (*draft.sign(&key)).clone();
    let event = Event { seq: Seq(seq), height, time, matter_seq: 1, transaction, appraisal: None };
    let d = Digest::ZERO;
    let header = Header {
        chain: Digest([9; 32]),
        height,
        epoch: Epoch(0),
        view: View(5),
        parent: d,
        time,
        proposer: ValidatorIndex(0),
        entries: d,
        event_count: 1,
        ledger_size: seq + 1,
        ledger_sum: d,
        sm3_root: d,
        sha256_root: d,
        state_root: d,
        validators: d,
        next_validators: d,
        model: d,
    };
    let certificate = empty_certificate(&header);
    Receipt { event, sm3_path: Vec::new(), sha256_path: Vec::new(), checkpoint: Checkpoint { header, certificate } }
}

fn empty_certificate(header: &Header) -> Certificate {
    Certificate { subject: Subject::of(VoteKind::Finalize, header), votes: Vec::new() }
}
